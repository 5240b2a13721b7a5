package dev.echomesh.mesh;

import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What gossip costs and how fast it is: a {@link Gossip} for each node, without a network. Time goes
 * in rounds. In a round every node tells each of its peers once, and what is told arrives at its
 * end, so a row comes one step further in each. A round is a second where nothing but figures has
 * changed, and a tenth of that where a state has.
 *
 * <p>Only rows whose owner has something to tell are held by others. So that they fit into memory,
 * only every tenth of these is simulated in the largest mesh, and counted ten times: rows travel
 * independently of each other.
 */
final class GossipSimulation {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int[] SIZES = {10, 100, 300, 1000, 10_000};
  private static final int SPREADS = 20;

  /** Rounds until all have a row, of which there are fewer; then what is told is steady. */
  private static final int SETTLE = 12;

  /** Of so many messages one is written out as JSON. */
  private static final int WEIGHED = 50;

  private final List<String> names;
  private final int[][] peers;
  private final List<Row> rows = new ArrayList<>();
  private final List<Gossip> nodes = new ArrayList<>();
  private final Random random = new Random(1);
  private final int paths;
  private final int share;
  private int dead = -1;
  private long messages;
  private long told;
  private long weighed;
  private long rowBytes;
  private long otherBytes;

  private GossipSimulation(int size) {
    names = IntStream.range(0, size).mapToObj(i -> "node-" + i).sorted().toList();
    peers = Rings.successors(names, Math.min(Rates.PEERS, MeshSimulation.DEGREE));
    share = size > 1000 ? 10 : 1;
    paths = size <= MeshSimulation.FULL_UP_TO ? size - 1 : MeshSimulation.DEGREE;
    for (int i = 0; i < size; i++) {
      Row row = new Row(names.get(i), 1);
      Gossip node = new Gossip(row);
      node.follow(IntStream.of(peers[i]).mapToObj(names::get).toList());
      rows.add(row);
      nodes.add(node);
    }
  }

  static void print() {
    System.out.println(
        "| nodes | messages a second | of each node | rows a second told by each node | kB a second"
            + " sent by each node | rounds until all have a changed row | with one node failing |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int size : SIZES) {
      System.out.printf(
          Locale.ROOT,
          "| %,d | %s | %s | %s |%n",
          size,
          steady(size),
          spread(size, false),
          spread(size, true));
    }
  }

  private static String steady(int size) {
    GossipSimulation mesh = new GossipSimulation(size);
    int seconds = size > 1000 ? 5 : 60;
    mesh.run(seconds);
    double each = (double) mesh.messages / seconds / size;
    double weight =
        (double) (mesh.rowBytes * mesh.share + mesh.otherBytes) / mesh.weighed;
    return String.format(
        Locale.ROOT,
        "%,.0f | %.2f | %.0f | %.1f",
        each * size,
        each,
        (double) mesh.told * mesh.share / seconds / size,
        weight * each / 1000);
  }

  /** Undisturbed: every node lives, and tells that and its figures as often as {@link Rates} say. */
  private void run(int seconds) {
    double beats = 1.0 / Rates.beat(names.size()).toSeconds() / share;
    double refreshes = (double) Rates.beat(names.size()).toNanos() / Rates.refresh(names.size()).toNanos();
    for (int second = -SETTLE; second < seconds; second++) {
      if (second == 0) {
        messages = 0;
        told = 0;
        rowBytes = 0;
        otherBytes = 0;
        weighed = 0;
      }
      for (int i = 0; i < rows.size(); i++) {
        if (random.nextDouble() < beats) {
          for (int path = 1; path <= paths; path++) {
            if (random.nextDouble() < refreshes) {
              rows.get(i).put(path(i, (i + path) % names.size(), second));
            }
          }
          rows.get(i).beat();
        }
      }
      round(second);
    }
  }

  private record Message(int from, int to, MeshGossip gossip) {}

  private void round(int now) {
    List<Message> sent = new ArrayList<>();
    for (int from = 0; from < nodes.size(); from++) {
      for (int to : from == dead ? new int[0] : peers[from]) {
        MeshGossip gossip = nodes.get(from).next(names.get(to), Rates.MOST_TOLD);
        if (gossip != null) {
          sent.add(new Message(from, to, gossip));
        }
      }
    }
    for (Message each : sent) {
      Gossip from = nodes.get(each.from);
      if (each.to == dead) {
        from.unheard(names.get(each.to));
      } else {
        MeshGossip.Heard reply = nodes.get(each.to).hear(each.gossip, now);
        from.heard(names.get(each.to), each.gossip, reply);
        if (messages % WEIGHED == 0) {
          weighed++;
          int empty = new MeshGossip(each.gossip.from(), List.of()).toJson().encode().length();
          rowBytes += each.gossip.toJson().encode().length() - empty;
          otherBytes += empty + reply.toJson().encode().length();
        }
      }
      messages++;
      told += each.gossip.rows().size();
    }
  }

  /** Rounds, from several owners one after the other; nothing else is told meanwhile. */
  private static String spread(int size, boolean fails) {
    GossipSimulation mesh = new GossipSimulation(size);
    int owners = Math.min(SPREADS, size - 1);
    int most = 0;
    int sum = 0;
    for (int i = 0; i < owners; i++) {
      int owner = i * (size / (owners + 1));
      mesh.dead = fails ? owner + 1 : -1;
      mesh.rows.get(owner).beat();
      int rounds = 0;
      while (!mesh.allHave(owner)) {
        mesh.round(rounds++);
      }
      most = Math.max(most, rounds);
      sum += rounds;
    }
    return String.format(Locale.ROOT, "mean %.1f, at most %d", (double) sum / owners, most);
  }

  private boolean allHave(int owner) {
    Row row = rows.get(owner);
    for (int i = 0; i < nodes.size(); i++) {
      if (i != dead && version(nodes.get(i), row.owner()) < row.version()) {
        return false;
      }
    }
    return true;
  }

  private static long version(Gossip node, String owner) {
    return node.rows().stream()
        .filter(row -> row.owner().equals(owner))
        .mapToLong(Row::version)
        .findFirst()
        .orElse(0);
  }

  private MeshPath path(int from, int to, int second) {
    return new MeshPath(
        names.get(from),
        names.get(to),
        PathState.OK,
        NOW,
        NOW.plusSeconds(second),
        new Outcomes(Map.of(Outcome.OK, 59L, Outcome.TIMEOUT, 1L)),
        new MeshPath.Connect(312, 1873),
        new MeshPath.RoundTrip(211, 274, 1031, 2210),
        1 / 60.0,
        1L,
        Outcome.OK,
        null);
  }
}
