package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.config.ProbingConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Nodes with everything but sockets, a bus and a clock: these are simulated, in steps of 50 ms. */
final class SimulatedMesh {
  static final ProbingConfig PROBING = probing(8);

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final long STEP = 50_000_000;
  private static final int LOOK = 5;
  private static final long TELL = Rates.TELL.toNanos();

  private final Map<String, Simulated> nodes = new TreeMap<>();
  private final Set<String> dead = new HashSet<>();
  private final Set<String> mute = new HashSet<>();
  private final Set<List<String>> cut = new HashSet<>();
  private final Random random = new Random(1);
  private final int degree;
  private final int zones;
  private BiPredicate<String, String> busReaches = (from, to) -> true;
  private long now;
  private long messages;
  private long probes;

  private static ProbingConfig probing(int degree) {
    return new ProbingConfig(
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        20,
        256 * 1024,
        64,
        9000,
        Duration.ofMinutes(10),
        30,
        degree);
  }

  private record Waiting(String to, long until) {}

  private final class Simulated {
    private final MeshState state;
    private final ProbeSchedule<String> schedule;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<String, Turns> turns = new HashMap<>();
    private Map<String, Probed> probed = Map.of();
    private long tellAt;
    private long beatAt;

    Simulated(String name) {
      state = new MeshState(name, "demo", probing(degree), 1);
      schedule =
          new ProbeSchedule<>(
              new ProbeBudget(PROBING.maxProbes(), PROBING.maxBytes()), random::nextDouble);
    }

    void follow() {
      probed = new HashMap<>();
      state.probed().forEach(each -> probed.put(each.to(), each));
      schedule.follow(
          probed.values().stream()
              .map(
                  p ->
                      new ProbeSchedule.Path<>(
                          p.to(), p.every().toNanos(), p.late().toNanos(), p.bytes()))
              .toList(),
          now);
    }
  }

  SimulatedMesh(int size, int degree, int zones) {
    this.degree = degree;
    this.zones = zones;
    List<String> names = IntStream.range(0, size).mapToObj(i -> "n" + i).toList();
    names.forEach(name -> nodes.put(name, new Simulated(name)));
    see(names, names);
  }

  /** Has some nodes see these members. */
  void see(Collection<String> who, Collection<String> names) {
    for (String name : who) {
      Simulated node = node(name);
      node.state.follow(members(name, names, zones), at(), now);
      node.follow();
      node.tellAt = now;
    }
  }

  static Members members(String self, Collection<String> names, int zones) {
    List<Member> members = new ArrayList<>();
    for (String name : names) {
      String zone = "z" + Integer.parseInt(name.substring(1)) % zones;
      members.add(new Member(name, zone, "", "::1", 7, "1", 1, MemberState.UP, EPOCH));
    }
    return new Members(self, members, null);
  }

  /** It answers nothing any more and says nothing. */
  void kill(String name) {
    dead.add(name);
  }

  /** As {@link #kill}, with the machine, of which nobody else refuses connections. */
  void vanish(String name) {
    kill(name);
    mute.add(name);
  }

  /** Probes from one to the other are not answered. */
  void cut(String from, String to) {
    cut.add(List.of(from, to));
  }

  /** What the bus between two nodes does. */
  void bus(BiPredicate<String, String> reaches) {
    busReaches = reaches;
  }

  void run(Duration time) {
    long end = now + time.toNanos();
    while (now < end) {
      step();
    }
  }

  /** Runs until every living node sees a matrix like that; fails after the limit. */
  Duration runUntil(Predicate<MeshMatrix> wanted, Duration limit) {
    long begun = now;
    // every node has to look all the time, as it does when it publishes what it sees
    while (living().stream().map(this::matrix).filter(wanted).count() < living().size()) {
      if (now - begun > limit.toNanos()) {
        throw new AssertionError("not within " + limit + ": " + matrix(living().get(0)).summary());
      }
      for (int i = 0; i < LOOK; i++) {
        step();
      }
    }
    return Duration.ofNanos(now - begun);
  }

  MeshMatrix matrix(String name) {
    return node(name).state.matrix(at(), now);
  }

  List<String> living() {
    return nodes.keySet().stream().filter(name -> !dead.contains(name)).toList();
  }

  /** Messages over the bus so far, without their replies. */
  long messages() {
    return messages;
  }

  long probes() {
    return probes;
  }

  private void step() {
    now += STEP;
    for (String name : living()) {
      Simulated node = node(name);
      finish(node);
      String to;
      while ((to = node.schedule.next(now)) != null) {
        begin(name, node, to);
      }
      if (now >= node.beatAt) {
        node.beatAt = now + Rates.beat(nodes.size()).toNanos();
        if (node.state.beat(at(), now)) {
          node.follow();
        }
      }
      if (now >= node.tellAt) {
        node.tellAt = now + TELL;
        tell(name, node);
      }
    }
  }

  private void begin(String name, Simulated node, String to) {
    probes++;
    boolean answers = !dead.contains(to) && !cut.contains(List.of(name, to));
    if (answers) {
      end(node, to, Outcome.OK);
    } else if (dead.contains(to) && !mute.contains(to)) {
      end(node, to, Outcome.REFUSED);
    } else {
      node.waiting.add(new Waiting(to, now + PROBING.timeout().toNanos()));
    }
  }

  private void finish(Simulated node) {
    while (!node.waiting.isEmpty() && node.waiting.getFirst().until() <= now) {
      end(node, node.waiting.removeFirst().to(), Outcome.TIMEOUT);
    }
  }

  private void end(Simulated node, String to, Outcome outcome) {
    Probed probed = node.probed.get(to);
    if (probed != null) {
      Turns turns = node.turns.computeIfAbsent(to, any -> new Turns(probed.looks()));
      Look look = turns.next(Set.of());
      ProbeSample sample =
          new ProbeSample(
              new Outcomes(Map.of(outcome, 1L)),
              null,
              null,
              outcome == Outcome.OK ? List.of(100L) : List.of(),
              null,
              null);
      if (node.state.sampled(to, look, sample, at(), now)) {
        node.tellAt = Math.min(node.tellAt, now + Rates.TELL_CHANGE.toNanos());
      }
      node.schedule.hasten(to, node.state.isSuspect(to));
      turns.suspect(node.state.isSuspect(to));
    }
    node.schedule.done(to, now);
  }

  private void tell(String name, Simulated node) {
    for (String peer : node.state.gossip().peers()) {
      MeshGossip gossip = node.state.gossip().next(peer, Rates.MOST_TOLD);
      if (gossip != null) {
        messages++;
        if (dead.contains(peer) || !busReaches.test(name, peer)) {
          node.state.gossip().unheard(peer);
        } else {
          Simulated other = node(peer);
          node.state.gossip().heard(peer, gossip, other.state.gossip().hear(gossip, now));
          if (MeshState.hasNews(gossip)) {
            other.tellAt = Math.min(other.tellAt, now + Rates.TELL_CHANGE.toNanos());
          }
        }
      }
    }
  }

  private Simulated node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private Instant at() {
    return EPOCH.plusNanos(now);
  }
}
