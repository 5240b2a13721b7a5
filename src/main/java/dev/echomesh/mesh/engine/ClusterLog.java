package dev.echomesh.mesh.engine;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jgroups.logging.Slf4jLogImpl;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What JGroups logs, in an operator's words where TLS keeps two ends apart: one line for each other
 * end, at most once a minute, without a stack trace. JGroups itself traces, or warns of a closed
 * socket, where a handshake failed.
 */
final class ClusterLog extends Slf4jLogImpl {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterLog.class);
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_REMEMBERED = 1000;
  private static final Map<String, Long> SAID = new ConcurrentHashMap<>();

  /** Threads that receive are named after both ends: {@code [OWN:PORT - OTHER:PORT]}. */
  private static final Pattern OTHER_END = Pattern.compile(" - (.+):\\d+]");

  private ClusterLog(String category) {
    super(category);
  }

  /** From now on, for every JGroups in this JVM. */
  static void install() {
    LogFactory.setCustomLogFactory(
        new CustomLogFactory() {
          @Override
          public Log getLog(Class<?> category) {
            return getLog(category.getName());
          }

          @Override
          public Log getLog(String category) {
            return new ClusterLog(category);
          }
        });
  }

  /** Of connections that this node could not make. */
  @Override
  public void trace(String format, Object... arguments) {
    SSLException refusal = null;
    String peer = null;
    for (Object argument : arguments) {
      if (argument instanceof SSLException failed) {
        refusal = failed;
      } else if (argument instanceof IpAddress address) {
        peer = address.getIpAddress().getHostAddress();
      }
    }
    if (refusal != null && peer != null) {
      say(peer, why(refusal));
    }
    super.trace(format, arguments);
  }

  /** Of connections that this node did not take. */
  @Override
  public void warn(String format, Object... arguments) {
    Socket socket = null;
    Exception cause = null;
    for (Object argument : arguments) {
      if (argument instanceof Socket accepted) {
        socket = accepted;
      } else if (argument instanceof Exception failed) {
        cause = failed;
      }
    }
    String why = socket == null || cause == null ? null : why(socket, cause);
    if (socket == null || why == null) {
      super.warn(format, arguments);
    } else if (socket instanceof SSLSocket tls && isAgreedOn(tls)) {
      LOG.debug("a cluster connection ended before its other end had said who it is", cause);
    } else if (socket.getRemoteSocketAddress() instanceof InetSocketAddress remote) {
      say(remote.getAddress().getHostAddress(), why);
    }
  }

  /** Of connections that failed when something was received on them. */
  @Override
  public void warn(String message, Throwable cause) {
    if (cause instanceof SSLException refusal) {
      Matcher ends = OTHER_END.matcher(Thread.currentThread().getName());
      say(ends.find() ? ends.group(1) : "another node", why(refusal));
    } else {
      super.warn(message, cause);
    }
  }

  /** Whether the handshake came to its end; an open socket would begin one if it were asked. */
  private static boolean isAgreedOn(SSLSocket socket) {
    return socket.isClosed() && !socket.getSession().getCipherSuite().startsWith("SSL_NULL");
  }

  /**
   * Null where it has nothing to do with TLS. JGroups closes the socket before it tells, and tells
   * of that instead of what made it do so.
   */
  private static @Nullable String why(Socket socket, Exception cause) {
    if (socket instanceof SSLSocket) {
      return "the TLS handshake was not completed: it ended, it is no node of a mesh, or an end does"
          + " not show a certificate of the other's mesh.tls.caFile";
    }
    return String.valueOf(cause.getMessage()).contains("cookie")
        ? "it speaks TLS or is no node of a mesh, and mesh.tls is off here"
        : null;
  }

  private static String why(SSLException refusal) {
    String message = String.valueOf(refusal.getMessage());
    if (message.contains("alert")) {
      return "it does not take this node's certificate ("
          + message.substring(message.lastIndexOf(':') + 1).strip().replace('_', ' ')
          + ")";
    }
    return message.startsWith("PKIX")
        ? "its certificate is not of an authority in mesh.tls.caFile"
        : "the TLS handshake failed: " + message;
  }

  private static void say(String peer, String why) {
    long now = System.nanoTime();
    SAID.values().removeIf(at -> now - at > SILENCE_NANOS);
    if (SAID.size() < MOST_REMEMBERED && SAID.putIfAbsent(peer, now) == null) {
      LOG.warn("no cluster connection with {}: {}", peer, why);
    }
  }
}
