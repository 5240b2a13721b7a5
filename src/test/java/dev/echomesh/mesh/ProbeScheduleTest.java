package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On a clock that a loop moves from one due time to the next. */
class ProbeScheduleTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ProbeBudget AMPLE = new ProbeBudget(1000, 1e9);

  private final List<Fired> fired = new ArrayList<>();
  private long now = -5 * SECOND;

  private record Fired(String path, long at) {}

  @Test
  void shouldWaitForNothingWithoutPaths() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);

    assertThat(schedule.nextDue()).isNull();
    assertThat(schedule.next(now)).isNull();
  }

  @Test
  void shouldProbeEachPathAsOftenAsWished() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(paths(10, SECOND, 100), now);

    run(schedule, 100 * SECOND, path -> 0);

    assertThat(perPath().values()).allSatisfy(count -> assertThat(count).isBetween(90, 110));
    assertThat(schedule.stretch()).isEqualTo(1);
  }

  @Test
  void shouldNotProbeNodesInStep() {
    ProbeSchedule<String> one = schedule(AMPLE, 1);
    ProbeSchedule<String> other = schedule(AMPLE, 2);
    one.follow(paths(1, SECOND, 100), now);
    other.follow(paths(1, SECOND, 100), now);
    long start = now;
    run(one, 1000 * SECOND, path -> 0);
    List<Fired> first = List.copyOf(fired);
    fired.clear();
    now = start;
    run(other, 1000 * SECOND, path -> 0);

    int[] phases = new int[10];
    int pairs = Math.min(first.size(), fired.size());
    for (int i = 0; i < pairs; i++) {
      long difference = Math.floorMod(first.get(i).at() - fired.get(i).at(), SECOND);
      phases[(int) (10 * difference / SECOND)]++;
    }
    assertThat(phases).as("differences in tenths of an interval").doesNotContain(0);
  }

  @Test
  void shouldSpreadProbesEvenly() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 3);
    schedule.follow(paths(50, SECOND, 100), now);
    long start = now;
    run(schedule, 100 * SECOND, path -> 0);

    int[] perTenth = new int[1000];
    fired.forEach(each -> perTenth[(int) ((each.at() - start) / (SECOND / 10))]++);
    assertThat(IntStream.of(perTenth).skip(20).max().orElseThrow()).isLessThanOrEqualTo(20);
  }

  @Test
  void shouldKeepToTheBudgetOfProbes() {
    ProbeSchedule<String> schedule = schedule(new ProbeBudget(20, 1e9), 1);
    schedule.follow(paths(100, SECOND, 100), now);

    run(schedule, 100 * SECOND, path -> 0);

    assertThat(fired.size()).isBetween(1800, 2001);
    assertThat(perPath().values()).allSatisfy(count -> assertThat(count).isBetween(15, 25));
    assertThat(most(SECOND)).isLessThanOrEqualTo(21);
  }

  @Test
  void shouldKeepToTheBudgetOfBytes() {
    ProbeSchedule<String> schedule = schedule(new ProbeBudget(1000, 50_000), 1);
    schedule.follow(paths(20, SECOND, 10_000), now);

    run(schedule, 100 * SECOND, path -> 0);

    assertThat(fired.size()).isBetween(450, 501);
    assertThat(most(SECOND)).isLessThanOrEqualTo(6);
  }

  @Test
  void shouldProbeAFailingPathSoonerFromTheSameBudget() {
    ProbeSchedule<String> schedule = schedule(new ProbeBudget(20, 1e9), 1);
    schedule.follow(paths(40, SECOND, 100), now);
    schedule.hasten("p0", true);

    run(schedule, 200 * SECOND, path -> 0);

    Map<String, Integer> counts = perPath();
    assertThat(counts.getOrDefault("p0", 0)).isGreaterThan(3 * counts.getOrDefault("p1", 0));
    assertThat(fired.size()).isLessThanOrEqualTo(4001);

    fired.clear();
    schedule.hasten("p0", false);
    run(schedule, 200 * SECOND, path -> 0);
    assertThat(perPath().getOrDefault("p0", 0)).isLessThan(150);
  }

  @Test
  void shouldSendASecondProbeBesideALateOneAndNoThird() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(List.of(new ProbeSchedule.Path<>("p0", SECOND, SECOND / 2, 100)), now);
    now += SECOND;

    assertThat(schedule.next(now)).isEqualTo("p0");
    assertThat(schedule.nextDue()).isEqualTo(now + SECOND / 2);
    now += SECOND / 2;
    assertThat(schedule.next(now)).isEqualTo("p0");
    assertThat(schedule.nextDue()).isNull();
    schedule.hasten("p0", true);
    now += SECOND / 2;
    schedule.done("p0", now);
    assertThat(schedule.next(now)).isEqualTo("p0");
    assertThat(schedule.nextDue()).isNull();
  }

  @Test
  void shouldProbeAPathOnlyOnceInAnIntervalWhileItAnswersInTime() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(List.of(new ProbeSchedule.Path<>("p0", SECOND, SECOND / 2, 100)), now);

    run(schedule, 100 * SECOND, path -> SECOND / 4);

    assertThat(fired.size()).isBetween(90, 110);
  }

  @Test
  void shouldNeverProbeAPathTwiceAtTheSameTime() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(paths(1, SECOND, 100), now);
    now += SECOND;

    assertThat(schedule.next(now)).isEqualTo("p0");
    assertThat(schedule.next(now + 10 * SECOND)).isNull();
    assertThat(schedule.nextDue()).isNull();

    schedule.done("p0", now + 10 * SECOND);
    assertThat(schedule.nextDue()).isEqualTo(now + 10 * SECOND);
  }

  @Test
  void shouldNotMakeUpForATimeInWhichItStoodStill() {
    ProbeSchedule<String> schedule = schedule(new ProbeBudget(20, 1e9), 1);
    schedule.follow(paths(10, SECOND, 100), now);
    run(schedule, 10 * SECOND, path -> 0);
    fired.clear();

    now += 600 * SECOND;
    run(schedule, 10 * SECOND, path -> 0);

    assertThat(fired.size()).isLessThanOrEqualTo(115);
    assertThat(most(SECOND)).isLessThanOrEqualTo(21);
  }

  @Test
  void shouldProbeSlowerWhenToldTo() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(paths(10, SECOND, 100), now);
    schedule.slow(4);

    run(schedule, 100 * SECOND, path -> 0);

    assertThat(fired.size()).isBetween(225, 275);
    assertThat(schedule.stretch()).isEqualTo(4);
  }

  @Test
  void shouldFollowWhatThereIsToProbe() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(paths(3, SECOND, 100), now);
    run(schedule, 2 * SECOND, path -> 0);
    now += SECOND;
    String inFlight = schedule.next(now);
    schedule.follow(List.of(), now);

    schedule.done(String.valueOf(inFlight), now);

    assertThat(schedule.nextDue()).as("a probe that ends after its path is gone").isNull();
    schedule.follow(paths(1, SECOND, 100), now);
    fired.clear();
    run(schedule, 2 * SECOND, path -> 0);
    assertThat(perPath()).containsOnlyKeys("p0");
  }

  @Test
  void shouldProbeAPathAnewThatWasReplacedWhileItsProbesWereUnderWay() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    List<ProbeSchedule.Path<String>> paths =
        List.of(new ProbeSchedule.Path<>("p0", SECOND, SECOND / 2, 100));
    schedule.follow(paths, now);
    now += SECOND;
    assertThat(schedule.next(now)).isEqualTo("p0");
    now += SECOND / 2;
    assertThat(schedule.next(now)).isEqualTo("p0");

    schedule.forget("p0");
    assertThat(schedule.nextDue()).isNull();
    schedule.follow(paths, now);

    run(schedule, 100 * SECOND, path -> SECOND / 4);
    assertThat(fired.size()).isBetween(90, 110);
  }

  @Test
  void shouldTakeLongProbesIntoTheInterval() {
    ProbeSchedule<String> schedule = schedule(AMPLE, 1);
    schedule.follow(paths(1, SECOND, 100), now);

    run(schedule, 100 * SECOND, path -> SECOND / 2);

    assertThat(fired.size()).isBetween(90, 110);
  }

  private static ProbeSchedule<String> schedule(ProbeBudget budget, long seed) {
    return new ProbeSchedule<>(budget, new Random(seed)::nextDouble);
  }

  private static List<ProbeSchedule.Path<String>> paths(int count, long every, long bytes) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ProbeSchedule.Path<>("p" + i, every, 0, bytes))
        .toList();
  }

  private void run(ProbeSchedule<String> schedule, long nanos, ToLongFunction<String> takes) {
    long end = now + nanos;
    Map<String, Long> flying = new HashMap<>();
    while (true) {
      Long due = schedule.nextDue();
      long next = due == null ? Long.MAX_VALUE : Math.max(now, due);
      for (long landing : flying.values()) {
        next = Math.min(next, landing);
      }
      if (next > end) {
        break;
      }
      now = next;
      flying
          .entrySet()
          .removeIf(
              each -> {
                if (each.getValue() <= now) {
                  schedule.done(each.getKey(), now);
                  return true;
                }
                return false;
              });
      String path = schedule.next(now);
      if (path != null) {
        fired.add(new Fired(path, now));
        long took = takes.applyAsLong(path);
        if (took == 0) {
          schedule.done(path, now);
        } else {
          flying.put(path, now + took);
        }
      }
    }
    flying.keySet().forEach(path -> schedule.done(path, end));
    now = end;
  }

  private Map<String, Integer> perPath() {
    Map<String, Integer> counts = new HashMap<>();
    fired.forEach(each -> counts.merge(each.path(), 1, Integer::sum));
    return counts;
  }

  /** The most probes in any time of that length. */
  private int most(long nanos) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < fired.size(); last++) {
      while (fired.get(last).at() - fired.get(first).at() > nanos) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
