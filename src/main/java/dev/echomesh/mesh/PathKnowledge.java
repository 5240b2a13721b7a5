package dev.echomesh.mesh;

import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.ProbeSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Everything that a node knows of a path that it probes. Not safe for threads. */
final class PathKnowledge {
  private static final int FAILURES = 20;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** The first repetition of a SYN leaves a second after it (RFC 6298). */
  private static final long SYN_RETRY_MICROS = 950_000;

  private final String from;
  private final String to;
  private final PathHealth health;
  private final List<Window> windows =
      List.of(
          new Window(Duration.ofMinutes(1)),
          new Window(Duration.ofMinutes(10)),
          new Window(LONGEST));

  /** The latest first, none of them older than the longest window. */
  private final Deque<Failure> failures = new ArrayDeque<>();

  private @Nullable Instant updatedAt;

  private record Failure(MeshPathDetail.FailedProbe told, long nanos) {}

  PathKnowledge(String from, String to, Instant since) {
    this.from = from;
    this.to = to;
    this.health = new PathHealth(since);
  }

  /**
   * Takes what a probe told; true if the state of the path has changed by it. A probe that failed
   * for want of something on this machine tells nothing of the path.
   *
   * @param nanos of any one monotonic clock
   */
  boolean add(Look look, ProbeSample sample, Instant at, long nanos) {
    Outcomes outcomes = sample.outcomes();
    if (outcomes.count(Outcome.LOCAL_LIMIT) > 0 || outcomes.count(Outcome.CANCELLED) > 0) {
      return false;
    }
    windows.forEach(window -> window.add(look, sample, nanos));
    updatedAt = at;
    Grade grade = grade(sample);
    if (grade == Grade.FAILED) {
      if (failures.size() == FAILURES) {
        failures.removeLast();
      }
      failures.addFirst(
          new Failure(
              new MeshPathDetail.FailedProbe(at, worst(outcomes), words(look, sample)), nanos));
    }
    return health.add(grade, at);
  }

  PathState state() {
    return health.state();
  }

  /** Whether it fails, or might be about to: the latest probe did. */
  boolean isSuspect() {
    return health.isSuspect();
  }

  /** What is told to the other nodes. */
  MeshPath summary(long now) {
    Window minute = windows.get(0);
    Outcomes outcomes = minute.outcomes(now);
    long good = outcomes.count(Outcome.OK) + minute.bareConnections(now);
    long all = outcomes.frames() + outcomes.failedConnections() + minute.bareConnections(now);
    Histogram connects = minute.connects(now);
    Histogram trips = minute.roundTrips(Look.SHORT, now);
    List<MeshPathDetail.FailedProbe> failed = failures(now);
    MeshPathDetail.FailedProbe last = failed.isEmpty() ? null : failed.get(0);
    return new MeshPath(
        from,
        to,
        health.state(),
        health.since(),
        updatedAt,
        outcomes,
        connects.getTotalCount() == 0
            ? null
            : new MeshPath.Connect(
                connects.getValueAtPercentile(50), connects.getValueAtPercentile(99)),
        trips.getTotalCount() == 0
            ? null
            : new MeshPath.RoundTrip(
                trips.getValueAtPercentile(50),
                trips.getValueAtPercentile(90),
                trips.getValueAtPercentile(99),
                trips.getValueAtPercentile(99.9)),
        all == 0 ? null : (all - good) / (double) all,
        minute.retransmits(now),
        last == null ? null : last.outcome(),
        last == null ? null : last.problem());
  }

  MeshPathDetail detail(long now) {
    return new MeshPathDetail(
        summary(now), windows.stream().map(window -> window.detail(now)).toList(), failures(now));
  }

  private List<MeshPathDetail.FailedProbe> failures(long now) {
    failures.removeIf(failure -> now - failure.nanos > LONGEST.toNanos());
    return failures.stream().map(Failure::told).toList();
  }

  /** The heap that its histograms take, in bytes. */
  long footprint() {
    return windows.stream().mapToLong(Window::footprint).sum();
  }

  private static Grade grade(ProbeSample sample) {
    Outcomes outcomes = sample.outcomes();
    long ok = outcomes.count(Outcome.OK);
    long bad = outcomes.frames() + outcomes.failedConnections() - ok;
    Long connect = sample.connectMicros();
    if (bad > 0) {
      return ok > 0 ? Grade.IMPAIRED : Grade.FAILED;
    }
    boolean repeated =
        (sample.tcp() != null && sample.tcp().retransmits() > 0)
            || (connect != null && connect >= SYN_RETRY_MICROS);
    return repeated ? Grade.IMPAIRED : Grade.GOOD;
  }

  /** Of those that are not ok the one that occurred most; of connections before frames. */
  private static Outcome worst(Outcomes outcomes) {
    return outcomes.counts().entrySet().stream()
        .filter(each -> each.getKey() != Outcome.OK)
        .max(Map.Entry.<Outcome, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(Outcome.CLOSED);
  }

  private static String words(Look look, ProbeSample sample) {
    String problem = sample.problem();
    return look.words() + ": " + (problem == null ? worst(sample.outcomes()).key() : problem);
  }
}
