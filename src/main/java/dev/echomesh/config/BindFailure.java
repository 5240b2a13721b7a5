package dev.echomesh.config;

import dev.echomesh.spec.SocketAddresses;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says in one line why an address could not be listened on and what to do about it. */
public final class BindFailure {
  private BindFailure() {}

  /**
   * The explanation.
   *
   * @param what wants to listen, {@code endpoint echo}
   */
  public static StartException explain(String what, String host, int port, Throwable cause) {
    if (cause instanceof StartException explained) {
      return explained;
    }
    return new StartException(
        what + ": cannot listen on " + SocketAddresses.print(host, port) + ": " + why(host, cause),
        cause);
  }

  private static String why(String host, Throwable cause) {
    if (causedBy(cause, UnknownHostException.class) != null) {
      return "the host name " + host + " has no address; use an address of this machine";
    }
    String message = String.valueOf(cause.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("address already in use")) {
      return "the port is in use; stop the program that has it (ss -ltnp shows it)"
          + " or choose another port, 0 for a free one";
    }
    if (lower.contains("permission denied")) {
      return "ports below 1024 need a privilege; choose a higher port, or grant CAP_NET_BIND_SERVICE";
    }
    if (lower.contains("cannot assign requested address")) {
      return "that is not an address of this machine; use one of its own (ip addr shows them)";
    }
    return message.lines().findFirst().orElse("");
  }

  private static @Nullable Throwable causedBy(@Nullable Throwable failure, Class<?> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return t;
      }
    }
    return null;
  }
}
