package dev.echomesh.tester;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a host.
 *
 * @param latency of the look-up; null for an address literal, which needs none
 * @param problem why there are none; null if there are
 */
record Resolution(
    List<InetAddress> addresses, @Nullable LatencyRecorder latency, @Nullable String problem) {
  /** Asks the system's resolver, as other programs on the machine do. Never fails. */
  static Future<Resolution> of(Vertx vertx, String host) {
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    return vertx.executeBlocking(
        () -> {
          long startedAt = System.nanoTime();
          try {
            List<InetAddress> found = List.of(InetAddress.getAllByName(host));
            LatencyRecorder latency = new LatencyRecorder();
            latency.record(System.nanoTime() - startedAt);
            return new Resolution(found, literal ? null : latency, null);
          } catch (UnknownHostException e) {
            return new Resolution(List.of(), null, "the name " + host + " has no address");
          }
        });
  }

  Resolution only(List<InetAddress> some) {
    return new Resolution(some, latency, problem);
  }
}
