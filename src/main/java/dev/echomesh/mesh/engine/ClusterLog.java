package dev.echomesh.mesh.engine;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jgroups.logging.CustomLogFactory;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jgroups.logging.Slf4jLogImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What JGroups logs, in an operator's words where TLS turns somebody away: one line for each other
 * end, at most once a minute, without a stack trace.
 */
final class ClusterLog extends Slf4jLogImpl {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterLog.class);
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_REMEMBERED = 1000;
  private static final Map<String, Long> SAID = new ConcurrentHashMap<>();

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

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public void warn(String format, Object... arguments) {
    if (!tell(arguments)) {
      super.warn(format, arguments);
    }
  }

  @Override
  public void error(String format, Object... arguments) {
    if (!tell(arguments)) {
      super.error(format, arguments);
    }
  }

  private static boolean tell(Object... arguments) {
    SSLException refusal = null;
    String peer = null;
    for (Object argument : arguments) {
      for (Object each = argument; each instanceof Throwable cause; each = cause.getCause()) {
        refusal = each instanceof SSLException ssl ? ssl : refusal;
      }
      if (argument instanceof Socket socket
          && socket.getRemoteSocketAddress() instanceof InetSocketAddress remote) {
        peer = remote.getAddress().getHostAddress();
      }
    }
    if (refusal == null) {
      return false;
    }
    say(peer == null ? "another end" : peer, String.valueOf(refusal.getMessage()));
    return true;
  }

  private static void say(String peer, String why) {
    long now = System.nanoTime();
    String what = peer + " " + why;
    SAID.values().removeIf(at -> now - at > SILENCE_NANOS);
    if (SAID.size() < MOST_REMEMBERED && SAID.putIfAbsent(what, now) == null) {
      LOG.warn("cluster: {} was turned away: {}", peer, why.toLowerCase(Locale.ROOT));
    }
  }
}
