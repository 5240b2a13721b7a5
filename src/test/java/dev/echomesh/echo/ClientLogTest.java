package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.CapturedLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClientLogTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ClientLog log = new ClientLog("e", nanos::get);

  @Test
  void shouldTellOfEveryClientWhileTheyAreFew() {
    try (CapturedLog captured = CapturedLog.start()) {
      for (int port = 1; port <= 10; port++) {
        log.tell(ClientLog.Event.CUT, client(port), "was cut, {} of {} bytes", port, 100);
      }

      assertThat(lines(captured))
          .hasSize(10)
          .last()
          .asString()
          .endsWith("127.0.0.1:10 was cut, 10 of 100 bytes");
    }
  }

  @Test
  void shouldTellOfTheLatestOfManyOnceASecondAndOfHowManyMoreThereWere() {
    try (CapturedLog captured = CapturedLog.start()) {
      for (int port = 1; port <= 2010; port++) {
        log.tell(ClientLog.Event.IDLE, client(port), "was idle");
      }
      log.tellWhatIsDue();
      assertThat(lines(captured)).hasSize(10);

      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      log.tellWhatIsDue();
      log.tellWhatIsDue();
      assertThat(lines(captured))
          .hasSize(11)
          .last()
          .asString()
          .endsWith("127.0.0.1:2010 was idle (and 1,999 more like it)");

      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      log.tell(ClientLog.Event.IDLE, client(3000), "was idle");
      assertThat(lines(captured)).hasSize(12).last().asString().endsWith(":3000 was idle");
    }
  }

  @Test
  void shouldTellTheRestInTheEnd() {
    try (CapturedLog captured = CapturedLog.start()) {
      for (int port = 1; port <= 12; port++) {
        log.tell(ClientLog.Event.LATE, client(port), "had not ended");
      }
      log.tellTheRest();
      log.tellTheRest();

      assertThat(lines(captured))
          .hasSize(11)
          .last()
          .asString()
          .endsWith(":12 had not ended (and 1 more like it)");
    }
  }

  @Test
  void shouldKeepKindsOfEventsApart() {
    try (CapturedLog captured = CapturedLog.start()) {
      for (int port = 1; port <= 12; port++) {
        log.tell(ClientLog.Event.IDLE, client(port), "was idle");
      }
      log.tell(ClientLog.Event.STALLED, client(13), "was slow");

      assertThat(lines(captured)).hasSize(11).last().asString().endsWith(":13 was slow");
    }
  }

  @Test
  void shouldNotHoldBackThatTheHeapIsUsedUp() {
    try (CapturedLog captured = CapturedLog.start()) {
      for (int port = 1; port <= 12; port++) {
        log.failed(client(port), new IllegalStateException("of " + port));
      }
      assertThat(failures(captured)).hasSize(10);

      log.failed(client(13), new IllegalStateException(new OutOfMemoryError("of 13")));
      assertThat(failures(captured))
          .hasSize(11)
          .last()
          .asString()
          .endsWith("127.0.0.1:13 could not be served on (and 2 more like it)");
    }
  }

  private static List<String> lines(CapturedLog captured) {
    return captured.text().lines().toList();
  }

  private static List<String> failures(CapturedLog captured) {
    return captured.text().lines().filter(line -> line.contains("endpoint e: client")).toList();
  }

  private static InetSocketAddress client(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
