package dev.echomesh.echo;

import static java.util.stream.Collectors.toMap;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What an endpoint counts on all its event loops. Thread-safe. */
final class EndpointCounters {
  final LongAdder open = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder truncated = new LongAdder();
  final LongAdder cut = new LongAdder();
  final LongAdder acceptFailures = new LongAdder();
  private final Map<Rejection, LongAdder> rejected =
      Stream.of(Rejection.values()).collect(toMap(reason -> reason, reason -> new LongAdder()));
  private final Map<Ending, LongAdder> ended =
      Stream.of(Ending.values()).collect(toMap(reason -> reason, reason -> new LongAdder()));

  /** Adds what a connection has received and sent since the last time. */
  void count(ConnectionCounters connection, long received, long sent) {
    bytesReceived.add(received - connection.received());
    bytesSent.add(sent - connection.sent());
    connection.set(received, sent);
  }

  void reject(Rejection reason) {
    Objects.requireNonNull(rejected.get(reason)).increment();
  }

  void end(Ending reason) {
    Objects.requireNonNull(ended.get(reason)).increment();
  }

  Map<String, Long> ended() {
    return ended.entrySet().stream().collect(toMap(e -> e.getKey().key(), e -> e.getValue().sum()));
  }

  Map<String, Long> rejected() {
    return rejected.entrySet().stream()
        .collect(toMap(e -> e.getKey().key(), e -> e.getValue().sum()));
  }
}
