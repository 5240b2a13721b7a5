package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.wire.ConnectFailure;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Every address takes connections, and many at once: each of them answers a byte. */
final class HandshakeCheck implements Check {
  private static final int BURST = 200;
  private static final int GENTLE_BURST = 20;

  @Override
  public CheckName name() {
    return CheckName.HANDSHAKE;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    List<Future<Void>> each = new ArrayList<>();
    for (InetSocketAddress address : server.addresses()) {
      each.add(one(server, address, findings));
    }
    return Future.join(each)
        .<Void>mapEmpty()
        .compose(done -> findings.failed() ? Future.succeededFuture() : burst(server, findings));
  }

  private static Future<Void> one(Server server, InetSocketAddress address, Findings findings) {
    long startedAt = System.nanoTime();
    return server
        .open(address, Content.ALL_VALUES)
        .onSuccess(
            stream ->
                findings.pass(
                    "%s connected in %.3f ms"
                        .formatted(Server.text(address), (System.nanoTime() - startedAt) / 1e6)))
        .<Void>mapEmpty()
        .recover(
            cause -> {
              if (cause instanceof NoConnection no && isOurs(no.kind())) {
                findings.unsure(no.text());
              } else {
                findings.fail(String.valueOf(cause.getMessage()));
              }
              return Future.succeededFuture();
            });
  }

  /** Not to be reached from this machine: whether the server listens there cannot be said. */
  private static boolean isOurs(ConnectFailure kind) {
    return kind == ConnectFailure.UNREACHABLE || kind == ConnectFailure.LOCAL_LIMIT;
  }

  private static Future<Void> burst(Server server, Findings findings) {
    int wanted = server.connections(BURST, GENTLE_BURST);
    long startedAt = System.nanoTime();
    long[] slowest = new long[1];
    List<Future<Exchange>> all = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      all.add(
          server
              .open(Content.incompressible(i))
              .compose(
                  stream -> {
                    slowest[0] = Math.max(slowest[0], System.nanoTime() - startedAt);
                    return stream.exchange(Plan.of(1));
                  }));
    }
    return Future.join(all)
        .otherwiseEmpty()
        .map(
            done -> {
              judge(all, slowest[0] / 1e6, server, findings);
              return null;
            });
  }

  private static void judge(
      List<Future<Exchange>> all, double slowestMillis, Server server, Findings findings) {
    List<String> problems = new ArrayList<>();
    for (Future<Exchange> one : all) {
      if (one.failed()) {
        if (one.cause() instanceof NoConnection no && isOurs(no.kind())) {
          findings.unsure(no.text());
          return;
        }
        problems.add(String.valueOf(one.cause().getMessage()));
      } else if (!one.result().exact()) {
        problems.add(one.result().problem(server.timeout()));
      }
    }
    if (problems.isEmpty()) {
      findings.pass(
          "%d connections at once were all served, the slowest made after %.1f ms"
              .formatted(all.size(), slowestMillis));
    } else {
      findings.fail(
          "of %d connections at once %d were not served: %s"
              .formatted(all.size(), problems.size(), problems.get(0)));
    }
  }
}
