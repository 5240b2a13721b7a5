package dev.echomesh.tester.checks;

import dev.echomesh.spec.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link Plan}.
 *
 * @param sent bytes that the kernel took
 * @param received bytes that came back
 * @param expected bytes that should have
 * @param early bytes that had come back when the last one was sent
 * @param absorbed bytes that were taken while nothing was read
 * @param wrong the first byte that is not as it was sent
 */
record Exchange(
    Plan plan,
    long sent,
    long received,
    long expected,
    long early,
    long absorbed,
    Comparison.@Nullable Difference wrong,
    Ending ending,
    String cause) {
  /** How it stopped. */
  enum Ending {
    /** All came back and the connection is still there. */
    OPEN,
    /** The server ended its half in order. */
    ENDED,
    /** The server ended TLS without saying so. */
    TRUNCATED,
    RESET,
    /** No byte moved for as long as the timeout. */
    STALLED,
    /** It took more than the plan allows without being read from. */
    OVERFED
  }

  /** Whether everything came back, and ended as planned. */
  boolean exact() {
    return wrong == null
        && received == expected
        && ending == (plan.end() ? Ending.ENDED : Ending.OPEN);
  }

  /** What is wrong with it, in plain words; for one that is not exact. */
  String problem(Duration timeout) {
    if (wrong != null) {
      return wrong.text();
    }
    if (received > expected) {
      return "%s sent, but %,d came back".formatted(bytes(expected), received);
    }
    String told =
        "of %s sent%s %,d came back"
            .formatted(bytes(expected), plan.end() ? " before a FIN" : "", received);
    return switch (ending) {
      case OPEN -> told;
      case ENDED -> told + ", then the server ended the connection";
      case TRUNCATED -> told + ", then the server ended TLS without close_notify";
      case RESET ->
          told + ", then the connection was reset" + (cause.isEmpty() ? "" : " (" + cause + ")");
      case STALLED ->
          received < expected
              ? told + ", then nothing for " + Durations.print(timeout)
              : told + ", but the server did not end for " + Durations.print(timeout);
      case OVERFED -> "%,d bytes were taken from a client that read none".formatted(absorbed);
    };
  }

  private static String bytes(long count) {
    return count == 1 ? "1 byte" : "%,d bytes".formatted(count);
  }
}
