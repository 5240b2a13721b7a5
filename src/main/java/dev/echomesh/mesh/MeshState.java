package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.config.ProbeConfig;
import dev.echomesh.config.ProbingConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a node knows of the mesh. Times are of the node's own clocks: instants for what
 * is told, nanoseconds of a monotonic one for what is measured. Not safe for threads.
 */
final class MeshState {
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final String self;
  private final ProbingConfig probing;
  private final Roster roster;
  private final Row own;
  private final Gossip gossip;
  private final MatrixView view;
  private final Map<String, Known> known = new TreeMap<>();
  private List<ProbeConfig> plain = List.of();
  private Map<String, List<String>> lists = Map.of();
  private Set<String> silent = Set.of();
  private Members members;
  private long beatenAt;
  private long pardonUntil;
  private boolean beaten;

  /**
   * A state without members.
   *
   * @param epoch of this life of the node, greater than those before
   */
  MeshState(String self, String cluster, ProbingConfig probing, long epoch) {
    this.self = self;
    this.probing = probing;
    this.roster = new Roster(self, probing.forgetAfter().toNanos());
    this.own = new Row(self, epoch);
    this.gossip = new Gossip(own);
    this.view = new MatrixView(self, cluster, SETTLE.toNanos());
    this.members = new Members(self, List.of(), null);
  }

  private static final class Known {
    private final PathKnowledge path;
    private @Nullable PathState toldState;
    private long toldNanos;

    Known(PathKnowledge path) {
      this.path = path;
    }
  }

  Gossip gossip() {
    return gossip;
  }

  /** Nodes that are there, or are remembered. */
  int size() {
    return lists.size();
  }

  /** Takes the members of the cluster as they are now. */
  void follow(Members changed, Instant at, long nanos) {
    members = changed;
    roster.follow(changed.members(), at, nanos);
    arrange(at, nanos);
  }

  /** Takes the targets beside the nodes. */
  void follow(List<ProbeConfig> changed, Instant at, long nanos) {
    for (ProbeConfig before : plain) {
      // what is known of one target says nothing of another
      if (changed.stream().noneMatch(now -> isSameTarget(before, now))) {
        known.remove(MeshPath.PLAIN + before.name());
      }
    }
    plain = List.copyOf(changed);
    arrange(at, nanos);
  }

  private static boolean isSameTarget(ProbeConfig before, ProbeConfig now) {
    return now.name().equals(before.name())
        && now.target().equals(before.target())
        && now.echoes() == before.echoes()
        && Objects.equals(now.tls(), before.tls());
  }

  /** The zone of a node that is probed; empty without one, and for a target beside the nodes. */
  String zone(String to) {
    Member member = roster.member(to);
    return member == null ? "" : member.zone();
  }

  /** What this node has to probe now. */
  List<Probed> probed() {
    List<Probed> probed = new ArrayList<>();
    if (!roster.isIsolated()) {
      for (String name : lists.getOrDefault(self, List.of())) {
        Member member = roster.member(name);
        if (member != null) {
          probed.add(Probed.of(member, probing, members.tls()));
        }
      }
    }
    plain.forEach(target -> probed.add(Probed.of(target)));
    return probed;
  }

  /** Whether a path is to be probed sooner than others, and in every way. */
  boolean isSuspect(String to) {
    Known each = known.get(to);
    return each != null && each.path.isSuspect();
  }

  /** Takes what a probe of a path told; true if its state has changed by it. */
  boolean sampled(String to, Look look, ProbeSample sample, Instant at, long nanos) {
    Known each = known.get(to);
    if (each == null) {
      return false;
    }
    boolean unused = each.path.add(look, sample, at, nanos);
    boolean changed = each.toldState != each.path.state();
    if (changed || nanos - each.toldNanos >= Rates.refresh(size()).toNanos()) {
      tell(each, nanos);
    }
    return changed;
  }

  /** Says that this node lives, and looks who does not; true if the matrix has changed by it. */
  boolean beat(Instant at, long nanos) {
    own.beat();
    pardonIfLate(nanos);
    boolean forgot = roster.forget(nanos);
    if (forgot) {
      arrange(at, nanos);
    }
    Set<String> before = silent;
    silent = silent(nanos);
    return forgot || !before.equals(silent);
  }

  /** Who has stood still itself must not take the others for silent. */
  private void pardonIfLate(long nanos) {
    if (beaten && nanos - beatenAt > 2 * Rates.beat(size()).toNanos()) {
      pardonUntil = nanos + Rates.silence(size()).toNanos();
    }
    beatenAt = nanos;
    beaten = true;
  }

  /** Says whether this node probes slower than it should. */
  void slowed(boolean isSlowed) {
    if (own.slowed() != isSlowed) {
      own.slowed(isSlowed);
    }
  }

  MeshMatrix matrix(Instant at, long nanos) {
    MeshMatrix matrix =
        view.build(roster.nodes(), lists, gossip.rows(), silent, gossip::newsAt, at, nanos);
    return roster.isIsolated()
        ? matrix.with(
            self
                + " sees less than half of the mesh and so does not probe the others; "
                + matrix.summary())
        : matrix;
  }

  /** In how long the matrix will say more than now, though nothing happens; null if it won't. */
  @Nullable Duration settling(long nanos) {
    return view.isSettling(nanos) ? SETTLE : null;
  }

  /** Everything about a path that this node probes; null if it does not. */
  @Nullable MeshPathDetail detail(String to, long nanos) {
    Known each = known.get(to);
    return each == null ? null : each.path.detail(nanos);
  }

  /** Whether the state of a path has changed by what another node tells. */
  static boolean hasNews(MeshGossip told) {
    return told.rows().stream().anyMatch(row -> !row.changes().isEmpty());
  }

  private void arrange(Instant at, long nanos) {
    List<Place> places = roster.places();
    lists = PingList.of(places, probing.fullUpTo(), probing.degree());
    gossip.follow(
        Rings.successors(roster.present(), self, Math.min(Rates.PEERS, probing.degree())));
    List<String> names = roster.nodes().stream().map(MeshNode::name).toList();
    gossip.retain(names);
    Set<String> targets = new HashSet<>(lists.getOrDefault(self, List.of()));
    plain.forEach(target -> targets.add(MeshPath.PLAIN + target.name()));
    known.keySet().retainAll(targets);
    own.retain(targets);
    for (String to : targets) {
      if (!known.containsKey(to)) {
        Known each = new Known(new PathKnowledge(self, to, at));
        known.put(to, each);
        tell(each, nanos);
      }
    }
    if (roster.isIsolated()) {
      stopTelling(at, nanos);
    }
    silent = silent(nanos);
  }

  /** Of paths that are not probed any more nothing new will be known. */
  private void stopTelling(Instant at, long nanos) {
    known.forEach(
        (to, each) -> {
          if (!to.startsWith(MeshPath.PLAIN) && each.toldState != PathState.STALE) {
            own.put(each.path.summary(nanos).in(PathState.STALE, at));
            each.toldState = PathState.STALE;
            each.toldNanos = nanos;
          }
        });
  }

  private void tell(Known each, long nanos) {
    own.put(each.path.summary(nanos));
    each.toldState = each.path.state();
    each.toldNanos = nanos;
  }

  private Set<String> silent(long nanos) {
    long limit = Rates.silence(size()).toNanos();
    Map<String, Long> heard = new HashMap<>();
    for (MeshNode node : roster.nodes()) {
      Long since = roster.sinceNanos(node.name());
      Long news = gossip.newsAt(node.name());
      // one that drains does not probe any more, and says so
      boolean leaving = node.state() == MeshNode.State.LEAVING;
      if (!node.name().equals(self) && since != null && !leaving) {
        boolean lost = node.state() == MeshNode.State.LOST;
        heard.put(node.name(), news == null ? since : lost ? news : Math.max(news, since));
      }
    }
    heard.values().removeIf(at -> nanos - at < limit);
    if (pardonUntil - nanos > 0) {
      heard.keySet().retainAll(silent);
    }
    return Set.copyOf(heard.keySet());
  }
}
