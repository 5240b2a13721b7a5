package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestReport.Bytes;
import dev.echomesh.bus.TestReport.Connections;
import dev.echomesh.bus.TestReport.Environment;
import dev.echomesh.bus.TestReport.Peer;
import dev.echomesh.bus.TestReport.Trust;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Makes one report of several, as if one run had done it all: outcomes, bytes, connections and
 * retransmits are added, latencies bucket for bucket. What one report lacks comes from those that
 * have it, and a note says so. Percentiles of a second cannot be added, so the series is left out.
 */
public final class Merge {
  private static final int MAX_ADDRESSES = 100;

  private final List<NamedReport> reports;
  private final List<String> notes = new ArrayList<>();

  private Merge(List<NamedReport> reports) {
    this.reports = reports;
  }

  /**
   * The report of the union; a single report as it is.
   *
   * @throws IllegalArgumentException for no report
   */
  public static TestReport of(List<NamedReport> reports) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("no report to merge");
    }
    return reports.size() == 1 ? reports.get(0).report() : new Merge(reports).merge();
  }

  private TestReport merge() {
    TestReport first = reports.get(0).report();
    noteLeftOut("series", each -> !each.series().isEmpty(), "a second's percentiles do not add up");
    noteLeftOut("search", each -> each.search() != null, "a search is of one path");
    noteLeftOut("rfc6349", each -> each.rfc6349() != null, "its figures are of one path");
    if (all(TestReport::request).distinct().count() > 1) {
      notes.add("request: that of " + reports.get(0).name() + "; the others differ");
    }
    Span span = Span.of(all(each -> each).toList());
    Latency resolve = latency("resolve", TestReport::resolve);
    Latency connect = latency("connect", TestReport::connect);
    Latency tls = latency("tls", TestReport::tls);
    Latency rtt = latency("rtt", TestReport::rtt);
    Latency blocked = latency("blocked", TestReport::blocked);
    Latency lag = latency("lag", TestReport::lag);
    Latency residence = latency("residence", TestReport::residence);
    Latency path = latency("path", TestReport::path);
    noteLacking("throughput", TestReport::throughput);
    noteLacking("tcp", TestReport::tcp);
    noteLacking("peer", TestReport::peer);
    notes.addAll(prefixed(TestReport::notes));
    List<String> reasons = prefixed(TestReport::reasons);
    List<String> doubts = prefixed(each -> each.trust().reasons());
    return new TestReport(
        all(TestReport::id).collect(Collectors.joining("+")),
        all(TestReport::startedAt).min(Instant::compareTo).orElseThrow(),
        span.seconds(),
        distinct(TestReport::node),
        first.request(),
        all(TestReport::passed).allMatch(passed -> passed),
        reasons,
        new Trust(all(TestReport::trust).allMatch(Trust::ok), doubts),
        all(TestReport::outcomes).reduce(Outcomes.none(), Outcomes::plus),
        connections(),
        new Bytes(
            all(TestReport::bytes).mapToLong(Bytes::sent).sum(),
            all(TestReport::bytes).mapToLong(Bytes::received).sum()),
        resolve,
        connect,
        tls,
        rtt,
        blocked,
        lag,
        residence,
        path,
        span.throughput(),
        MergedTcp.of(all(each -> each).toList(), TestReport::tcp),
        (Rfc6349) null,
        peer(),
        List.of(),
        (Search) null,
        List.of(),
        notes,
        new Environment(
            distinct(each -> each.environment().version()),
            distinct(each -> each.environment().java()),
            distinct(each -> each.environment().transport()),
            distinct(each -> each.environment().os())));
  }

  private <T> Stream<T> all(Function<TestReport, T> part) {
    return reports.stream().map(each -> part.apply(each.report()));
  }

  private @Nullable Latency latency(String name, Function<TestReport, @Nullable Latency> part) {
    noteLacking(name, part);
    @Nullable Histogram sum = null;
    for (NamedReport each : reports) {
      Latency latency = part.apply(each.report());
      if (latency != null) {
        sum = plus(sum, latency.toHistogram());
      }
    }
    return sum == null ? null : Latency.of(sum);
  }

  private static Histogram plus(@Nullable Histogram sum, Histogram other) {
    if (sum == null) {
      other.setAutoResize(true);
      return other;
    }
    sum.add(other);
    return sum;
  }

  private Connections connections() {
    return new Connections(
        Math.toIntExact(all(TestReport::connections).mapToLong(Connections::opened).sum()),
        Math.toIntExact(all(TestReport::connections).mapToLong(Connections::failed).sum()),
        all(TestReport::connections)
            .flatMap(each -> each.addresses().stream())
            .limit(MAX_ADDRESSES)
            .toList());
  }

  private @Nullable Peer peer() {
    List<TestReport> asked = all(each -> each).filter(each -> each.peer() != null).toList();
    if (asked.isEmpty()) {
      return null;
    }
    long received = 0;
    long sent = 0;
    for (TestReport each : asked) {
      received += each.peer() == null ? 0 : each.peer().bytesReceived();
      sent += each.peer() == null ? 0 : each.peer().bytesSent();
    }
    return new Peer(
        received, sent, MergedTcp.of(asked, e -> e.peer() == null ? null : e.peer().tcp()));
  }

  private void noteLacking(String part, Function<TestReport, ? extends @Nullable Object> value) {
    List<String> lacking =
        reports.stream()
            .filter(each -> value.apply(each.report()) == null)
            .map(NamedReport::name)
            .toList();
    if (!lacking.isEmpty() && lacking.size() < reports.size()) {
      notes.add(part + ": none in " + String.join(", ", lacking));
    }
  }

  private void noteLeftOut(String part, Function<TestReport, Boolean> has, String why) {
    if (all(has).anyMatch(yes -> yes)) {
      notes.add(part + ": left out, see each report; " + why);
    }
  }

  private List<String> prefixed(Function<TestReport, List<String>> texts) {
    return reports.stream()
        .flatMap(each -> texts.apply(each.report()).stream().map(t -> each.name() + ": " + t))
        .toList();
  }

  private String distinct(Function<TestReport, String> part) {
    return all(part).distinct().filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
  }
}
