package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a host.
 *
 * @param latency of the look-up; null for an address literal, which needs none
 * @param problem why there are none; null if there are
 * @param again looks up once more, and finds only what may be tested; null for what needs no
 *     look-up
 */
record Resolution(
    List<InetAddress> addresses,
    @Nullable LatencyRecorder latency,
    @Nullable String problem,
    @Nullable Supplier<Future<Resolution>> again) {
  /** An address that needs no look-up. */
  static Resolution of(InetAddress literal) {
    return new Resolution(List.of(literal), null, null, null);
  }

  /**
   * Asks the system's resolver, as other programs on the machine do. Never fails.
   *
   * @param timeout after which the name counts as unresolved
   */
  static Future<Resolution> of(Vertx vertx, String host, Duration timeout) {
    if (isLiteral(host)) { // which needs no thread that may have to wait for a name server
      return Future.succeededFuture(lookUp(host, true));
    }
    return vertx
        .executeBlocking(() -> lookUp(host, false), false)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(late -> none("the name " + host + " was not resolved in time"));
  }

  private static boolean isLiteral(String host) {
    try {
      return host.indexOf('/') < 0 && CidrBlock.parse(host).prefixLength() > 0;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  private static Resolution lookUp(String host, boolean literal) {
    long startedAt = System.nanoTime();
    try {
      List<InetAddress> found = List.of(InetAddress.getAllByName(host));
      LatencyRecorder latency = new LatencyRecorder();
      latency.record(System.nanoTime() - startedAt);
      return new Resolution(found, literal ? null : latency, null, null);
    } catch (UnknownHostException e) {
      return none("the name " + host + " has no address");
    }
  }

  private static Resolution none(String problem) {
    return new Resolution(List.of(), null, problem, null);
  }

  /** No address of the wanted family. */
  Resolution none(AddressFamily family) {
    return new Resolution(List.of(), latency, "the target has no address of " + family.key(), null);
  }

  /** The same, which can be asked for again if it was a look-up. */
  Resolution with(Supplier<Future<Resolution>> nextLookUp) {
    return new Resolution(addresses, latency, problem, latency == null ? null : nextLookUp);
  }

  Resolution only(List<InetAddress> some) {
    return new Resolution(some, latency, problem, again);
  }
}
