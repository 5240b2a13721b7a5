package dev.echomesh.tester;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A short run that nobody sees, against an echo of its own. One is enough for the life of a
 * process, which loads and compiles its classes once.
 */
final class Rehearsal {
  private static final AtomicBoolean PLAIN = new AtomicBoolean();
  private static final AtomicBoolean TLS = new AtomicBoolean();

  private final Vertx vertx;
  private final List<ProbeLoop> loops;

  Rehearsal(Vertx vertx, List<ProbeLoop> loops) {
    this.vertx = vertx;
    this.loops = loops;
  }

  /** Never fails: a machine without a loopback interface does without. */
  Future<Void> run(boolean tls) {
    Promise<Void> done = Promise.promise();
    once(PLAIN, () -> rehearse(new NetServerOptions(), null))
        .compose(plain -> tls ? once(TLS, this::rehearseTls) : Future.succeededFuture())
        .onComplete(rehearsed -> done.complete());
    return done.future();
  }

  private static Future<Void> once(AtomicBoolean rehearsed, Supplier<Future<Void>> rehearsal) {
    return rehearsed.get()
        ? Future.succeededFuture()
        : rehearsal.get().onSuccess(done -> rehearsed.set(true));
  }

  private Future<Void> rehearseTls() {
    // this key is public: it secures nothing but a connection of this process to itself
    Buffer certificate = resource("rehearsal-cert.pem");
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertValue(certificate)
                    .addKeyValue(resource("rehearsal-key.pem")));
    return vertx
        .executeBlocking(() -> TlsContext.trusting(vertx, certificate))
        .compose(tls -> rehearse(options, tls));
  }

  private Future<Void> rehearse(NetServerOptions options, @Nullable TlsContext tls) {
    NetServer echo =
        vertx.createNetServer(options).connectHandler(socket -> socket.handler(socket::write));
    return echo.listen(0, "127.0.0.1")
        .compose(
            listening ->
                new TestRun(
                        vertx, "", request(echo.actualPort()), System.nanoTime(), progress -> {})
                    .run(loops, Resolution.of(InetAddress.getLoopbackAddress()), tls, 0))
        .eventually(echo::close)
        .mapEmpty();
  }

  private TestRequest request(int port) {
    return TestRequest.fromJson(
        new JsonObject()
            .put("target", "127.0.0.1:" + port)
            .put("connections", loops.size())
            .put("warmup", "0s")
            .put("duration", "250ms")
            .put("timeout", "1s"));
  }

  private static Buffer resource(String name) {
    try (InputStream in = Rehearsal.class.getResourceAsStream(name)) {
      return Buffer.buffer(Objects.requireNonNull(in, name).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
