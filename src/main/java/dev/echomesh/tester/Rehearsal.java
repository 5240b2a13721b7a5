package dev.echomesh.tester;

import dev.echomesh.bus.TestRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.net.InetAddress;
import java.util.List;

/** A short run that nobody sees, against an echo of its own. */
final class Rehearsal {
  private Rehearsal() {}

  static Future<Void> run(Vertx vertx, List<ProbeLoop> loops) {
    NetServer echo =
        vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    Promise<Void> done = Promise.promise();
    echo.listen(0, "127.0.0.1")
        .compose(
            listening ->
                new TestRun(vertx, "", request(echo, loops.size()), progress -> {})
                    .run(loops, List.of(InetAddress.getLoopbackAddress()), null, 0))
        .eventually(echo::close)
        // a machine without a loopback interface does without
        .onComplete(rehearsed -> done.complete());
    return done.future();
  }

  private static TestRequest request(NetServer echo, int loops) {
    return TestRequest.fromJson(
        new JsonObject()
            .put("target", "127.0.0.1:" + echo.actualPort())
            .put("connections", loops)
            .put("warmup", "0s")
            .put("duration", "250ms")
            .put("timeout", "1s"));
  }
}
