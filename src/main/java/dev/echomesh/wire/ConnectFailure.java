package dev.echomesh.wire;

import io.netty.channel.ConnectTimeoutException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** Why a connection did not come about. */
public enum ConnectFailure {
  REFUSED,
  UNREACHABLE,
  TIMEOUT,
  /** This machine is out of local ports or file handles. */
  LOCAL_LIMIT;

  /**
   * Which of two failures to reach one target at two of its addresses to tell of: the later, unless
   * it says only that this machine has no way to that address, as to IPv6 where there is none.
   */
  public static Throwable tellingMore(Throwable earlier, Throwable later) {
    ConnectFailure last = of(later);
    return last == UNREACHABLE || last == LOCAL_LIMIT ? earlier : later;
  }

  /** Classifies what a connection attempt failed with; what is not known counts as unreachable. */
  public static ConnectFailure of(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return TIMEOUT;
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("cannot assign requested address")
        || message.contains("too many open files")
        || message.contains("no buffer space")) {
      return LOCAL_LIMIT;
    }
    if (message.contains("timed out")) {
      return TIMEOUT;
    }
    if (root instanceof NoRouteToHostException || message.contains("unreachable")) {
      return UNREACHABLE;
    }
    return message.contains("refused") || message.contains("reset") ? REFUSED : UNREACHABLE;
  }
}
