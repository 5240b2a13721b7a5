package dev.echomesh.mesh;

import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings everybody's row to everybody: a node tells each of its peers what it knows and the peer
 * has neither been told nor has told itself, whoever's row it is. What is told counts as known when
 * the peer has said that it heard it, so that nothing is lost with a message; and to one who has
 * begun a new life all is told again. All nodes learn everything if the peers of all connect them,
 * which a ring does.
 *
 * <p>Times are nanoseconds of any one monotonic clock. Not safe for threads.
 */
final class Gossip {
  /** Peers may know of several; but two nodes of one name shall not outbid each other for ever. */
  private static final int MOST_OUTLIVED = 5;

  private final Row own;
  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Long> newsAt = new HashMap<>();
  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private int outlived;

  /** Begins with the own row. */
  Gossip(Row own) {
    this.own = own;
    rows.put(own.owner(), own);
  }

  /** A row as far as a peer has it. */
  private record Known(long epoch, long version) {}

  private static final class Peer {
    private long epoch;
    private boolean beingTold;
    private final Map<String, Known> known = new HashMap<>();
  }

  /** Tells exactly these from now on. */
  void follow(Collection<String> names) {
    Set<String> wanted = new HashSet<>(names);
    peers.keySet().retainAll(wanted);
    wanted.forEach(name -> peers.computeIfAbsent(name, any -> new Peer()));
  }

  /** Whom it tells, in an order of no meaning. */
  Set<String> peers() {
    return Collections.unmodifiableSet(peers.keySet());
  }

  /** Forgets the rows of all others; its own stays. */
  void retain(Collection<String> owners) {
    Set<String> kept = new HashSet<>(owners);
    kept.add(own.owner());
    rows.keySet().retainAll(kept);
    newsAt.keySet().retainAll(kept);
    peers.values().forEach(peer -> peer.known.keySet().retainAll(kept));
  }

  /** Every row that is known, its own among them. */
  Collection<Row> rows() {
    return Collections.unmodifiableCollection(rows.values());
  }

  /** When the latest version of a row came; null if none ever has. */
  @Nullable Long newsAt(String owner) {
    return newsAt.get(owner);
  }

  /**
   * What to tell a peer now, which must be followed by {@link #heard} or {@link #unheard}; null if
   * there is nothing, or the last message is still on its way.
   *
   * @param most rows and paths, after which it goes on in the next message; a single row is never
   *     cut
   */
  @Nullable MeshGossip next(String name, int most) {
    Peer peer = peers.get(name);
    if (peer == null || peer.beingTold) {
      return null;
    }
    List<MeshRow> told = new ArrayList<>();
    int size = 0;
    for (Row row : rows.values()) {
      Long base = base(peer, row);
      if (base != null && row.version() > base && !row.owner().equals(name) && size < most) {
        MeshRow difference = row.since(base);
        told.add(difference);
        size += 1 + difference.paths().size();
      }
    }
    if (told.isEmpty()) {
      return null;
    }
    peer.beingTold = true;
    return new MeshGossip(own.owner(), told);
  }

  /** What the peer has of a row; null if that is of a later life than what is known here. */
  private static @Nullable Long base(Peer peer, Row row) {
    Known known = peer.known.get(row.owner());
    if (known == null || known.epoch < row.epoch()) {
      return 0L;
    }
    return known.epoch == row.epoch() ? known.version : null;
  }

  /** The peer has heard it. */
  void heard(String name, MeshGossip told, MeshGossip.Heard reply) {
    Peer peer = peers.get(name);
    if (peer == null) {
      return;
    }
    peer.beingTold = false;
    Long later = reply.later().get(own.owner());
    if (later != null && later >= own.epoch() && outlived < MOST_OUTLIVED) {
      outlived++;
      own.begin(later + 1);
    }
    if (peer.epoch != reply.epoch()) {
      peer.epoch = reply.epoch();
      peer.known.clear();
    }
    Set<String> missing = new HashSet<>(reply.missing());
    for (MeshRow row : told.rows()) {
      if (missing.contains(row.owner())) {
        peer.known.remove(row.owner());
      } else {
        knows(peer, row);
      }
    }
  }

  /** It did not get there, or the answer did not come. */
  void unheard(String name) {
    Peer peer = peers.get(name);
    if (peer != null) {
      peer.beingTold = false;
    }
  }

  /** Takes what another one tells. */
  MeshGossip.Heard hear(MeshGossip gossip, long now) {
    List<String> missing = new ArrayList<>();
    Map<String, Long> later = new TreeMap<>();
    Peer peer = peers.get(gossip.from());
    for (MeshRow told : gossip.rows()) {
      if (told.owner().equals(own.owner())) {
        continue;
      }
      Row known = rows.get(told.owner());
      if (known != null && known.epoch() > told.epoch()) {
        later.put(told.owner(), known.epoch());
      }
      forgetWhatAnEarlierLifeKnew(told);
      if (!take(told, now)) {
        missing.add(told.owner());
      } else if (peer != null) {
        knows(peer, told);
      }
    }
    return new MeshGossip.Heard(own.epoch(), missing, later);
  }

  /** A peer that has begun a new life has to be told everything again. */
  private void forgetWhatAnEarlierLifeKnew(MeshRow told) {
    Peer owner = peers.get(told.owner());
    if (owner != null && told.epoch() > owner.epoch) {
      owner.epoch = told.epoch();
      owner.known.clear();
    }
  }

  private boolean take(MeshRow told, long now) {
    Row row = rows.get(told.owner());
    if (row != null && row.epoch() > told.epoch()) {
      return true;
    }
    if (row == null || row.epoch() < told.epoch()) {
      if (told.base() > 0) {
        return false;
      }
      row = new Row(told.owner(), told.epoch());
      rows.put(told.owner(), row);
    }
    long before = row.version();
    boolean connects = row.take(told);
    if (row.version() > before) {
      newsAt.put(told.owner(), now);
    }
    return connects;
  }

  private static void knows(Peer peer, MeshRow told) {
    peer.known.merge(
        told.owner(),
        new Known(told.epoch(), told.version()),
        (old, now) ->
            now.epoch > old.epoch || (now.epoch == old.epoch && now.version > old.version)
                ? now
                : old);
  }
}
