package dev.echomesh.testing;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every top-level test class that leaves a socket or a Netty buffer open. Registered for the
 * whole suite. Test classes must not run at the same time in one JVM.
 *
 * <p>A class has until the deadline to close what closes late; its configuration parameter is
 * {@value #DEADLINE_PARAMETER}, in ISO form. Collecting garbage comes after the sockets were
 * counted, because it would close forgotten ones.
 */
public final class LeakGate implements BeforeAllCallback {
  static final String DEADLINE_PARAMETER = "echomesh.leakgate.deadline";

  private static final String DEFAULT_DEADLINE = "PT10S";
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  static {
    NettyLeaks.install();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (isTopLevel(context)) {
      Duration deadline =
          Duration.parse(
              context.getConfigurationParameter(DEADLINE_PARAMETER).orElse(DEFAULT_DEADLINE));
      if (!OpenSockets.canBeCounted()) {
        context.publishReportEntry("leakGate", "sockets not checked: no /proc/self/fd here");
      }
      Set<String> before = OpenSockets.now();
      // Stored first, so closed last: after every other extension has closed its own.
      context
          .getStore(ExtensionContext.Namespace.create(LeakGate.class))
          .put("check", (AutoCloseable) () -> check(before, deadline, context.getDisplayName()));
    }
  }

  private static boolean isTopLevel(ExtensionContext context) {
    return context.getParent().flatMap(ExtensionContext::getParent).isEmpty();
  }

  private static void check(Set<String> before, Duration deadline, String testClass) {
    List<String> sockets = awaitNoneBeyond(before, deadline);
    List<String> buffers = NettyLeaks.collect();
    if (!sockets.isEmpty() || !buffers.isEmpty()) {
      throw new AssertionError(
          "%s leaks%n  sockets still open after %s: %d%s%n  Netty leak reports: %d%s"
              .formatted(
                  testClass,
                  deadline,
                  sockets.size(),
                  indented(sockets),
                  buffers.size(),
                  indented(buffers)));
    }
  }

  private static List<String> awaitNoneBeyond(Set<String> before, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Set<String> extra = OpenSockets.beyond(before);
    while (!extra.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      extra = OpenSockets.beyond(before);
    }
    return OpenSockets.describe(extra);
  }

  private static String indented(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(System.lineSeparator()).append("    ").append(line));
    return text.toString();
  }
}
