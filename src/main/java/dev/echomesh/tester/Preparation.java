package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Located;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out where a request leads, within what is permitted, and has its TLS files loaded. */
final class Preparation {
  private final Vertx vertx;
  private final Supplier<AllowList> allow;
  private final ClientTlsFiles tlsFiles;

  /**
   * A preparation.
   *
   * @param allow what is permitted now
   */
  Preparation(Vertx vertx, Supplier<AllowList> allow) {
    this.vertx = vertx;
    this.allow = allow;
    this.tlsFiles = new ClientTlsFiles(vertx, TlsContext.Sessions.NEW);
  }

  /** What a request needs before it can be carried out. */
  record Ready(Resolution resolution, @Nullable TlsContext tls) {}

  /**
   * Where a target is.
   *
   * @param tls of this node where the request names none; null for plain TCP
   * @param member whether it belongs to a member of the mesh, which may always be tested
   */
  record Place(SocketTarget socket, @Nullable ClientTls tls, boolean member) {}

  /**
   * Looks a node's endpoint up in the mesh; a socket is where it is.
   *
   * @return fails with {@link RequestException} if there is no mesh, node or endpoint
   */
  Future<Place> find(Target target, @Nullable ClientTls tls) {
    if (target instanceof SocketTarget socket) {
      return Future.succeededFuture(new Place(socket, tls, false));
    }
    return vertx
        .eventBus()
        .<JsonObject>request(
            Addresses.MESH_RESOLVE,
            new JsonObject().put("target", target.toString()),
            new DeliveryOptions().setLocalOnly(true))
        .map(reply -> Located.fromJson(reply.body()))
        .map(found -> new Place(found.socket(), tls == null ? found.tls() : tls, true))
        .recover(cause -> Future.failedFuture(explain(target, cause)));
  }

  /** Fails with {@link RequestException} if it is not permitted or a file cannot be used. */
  Future<Ready> ready(Target target, Place place, AddressFamily family, Duration timeout) {
    return Future.all(tlsFiles.loadIfAny(place.tls()), resolve(target, place, family, timeout))
        .map(
            both -> {
              Optional<TlsContext> context = both.resultAt(0);
              return new Ready(both.resultAt(1), context.orElse(null));
            });
  }

  /**
   * The addresses that may be used; each time anew, what is found is checked anew. Fails with
   * {@link RequestException} if none may.
   */
  Future<Resolution> resolve(Target target, Place place, AddressFamily family, Duration timeout) {
    return Resolution.of(vertx, place.socket().host(), timeout)
        .map(
            found ->
                permitted(found, target, place, family)
                    .with(() -> resolve(target, place, family, timeout)));
  }

  /** Leaves the addresses that may be tested. What is tested is always what was checked. */
  private Resolution permitted(
      Resolution resolution, Target target, Place place, AddressFamily family) {
    List<InetAddress> ofFamily = resolution.addresses().stream().filter(family::includes).toList();
    if (ofFamily.isEmpty() && resolution.problem() == null) {
      return resolution.none(family);
    }
    if (place.member()) {
      return resolution.only(ofFamily);
    }
    List<InetAddress> permitted = ofFamily.stream().filter(allow.get()::permits).toList();
    if (permitted.isEmpty() && resolution.problem() == null) {
      throw new RequestException(
          Failure.NOT_ALLOWED,
          "target: %s is %s (expected an address in tester.allow: %s)"
              .formatted(target, resolution.addresses().get(0).getHostAddress(), allow.get()));
    }
    return resolution.only(permitted);
  }

  private static Throwable explain(Target target, Throwable cause) {
    if (!(cause instanceof ReplyException failed)) {
      return cause;
    }
    return failed.failureType() == ReplyFailure.NO_HANDLERS
        ? RequestException.invalid("target", target + ": this node is not in a mesh")
        : RequestException.ofReply(failed.failureCode(), String.valueOf(failed.getMessage()));
  }
}
