package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.spec.Cause;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads what a connection that is closed was closed by; null is an orderly end. */
final class EndCause {
  private EndCause() {}

  /** What becomes of the frames outstanding: reset or closed. */
  static Outcome outcome(@Nullable Throwable cause) {
    if (cause == null) {
      return Outcome.CLOSED;
    }
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("reset") || message.contains("broken pipe")
        ? Outcome.RESET
        : Outcome.CLOSED;
  }

  /** Whether the peer refused TLS after all. */
  static boolean isTlsAlert(@Nullable Throwable cause) {
    return cause instanceof SSLException
        || (cause != null && cause.getCause() instanceof SSLException);
  }

  /** In plain words. */
  static String inShort(@Nullable Throwable cause) {
    return cause == null ? "the connection was closed" : Cause.inShort(cause);
  }
}
