package dev.echomesh.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGINT and SIGTERM. The JVM's own answer to them ends with 130 or 143, also when everything was
 * drained, and ignores a second one; {@code sun.misc.Signal} is the only other way, and reflection
 * the only way to it past {@code -Werror}.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * The first signal runs the action on a thread of its own, the second ends the process at once.
   */
  static void onFirst(Runnable action) {
    AtomicBoolean again = new AtomicBoolean();
    Runnable handler =
        () -> {
          if (again.getAndSet(true)) {
            Runtime.getRuntime().halt(130);
          }
          action.run();
        };
    handle("INT", handler);
    handle("TERM", handler);
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, args);
                }
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.debug("SIG{} keeps its meaning: {}", name, e.toString());
    }
  }
}
