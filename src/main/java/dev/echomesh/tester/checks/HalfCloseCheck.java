package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSession;

/**
 * A client that has ended its half gets everything, also when it reads late; one that resets harms
 * nobody else.
 */
final class HalfCloseCheck implements Check {
  private static final Duration LATE = Duration.ofMillis(300);
  private static final List<Long> SIZES =
      List.of(1L, 1000L, 65_536L, 1L << 20, 4L << 20, 17L << 18, 9L << 19, 16L << 20);
  private static final List<Long> GENTLE_SIZES = List.of(1L, 1000L, 65_536L, 1L << 20);

  /** Primes, so that what is in a buffer on the way is a multiple of no page. */
  private static final List<Integer> WRITES = List.of(9973, 65_521);

  private static final int TALK = 1024;

  @Override
  public CheckName name() {
    return CheckName.HALF_CLOSE;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    return server
        .open(Content.incompressible(5))
        .compose(
            first -> {
              SSLSession tls = first.tlsSession();
              if (tls != null && !"TLSv1.3".equals(tls.getProtocol())) {
                findings.skip(
                    tls.getProtocol() + " has no half-close: its close_notify ends both halves");
                return Future.succeededFuture();
              }
              return halves(server, findings).compose(done -> bystander(server, findings));
            });
  }

  private static Future<Void> halves(Server server, Findings findings) {
    List<Long> sizes = server.gentle() ? GENTLE_SIZES : SIZES;
    return Server.each(sizes, findings, size -> each(server, size, findings))
        .onSuccess(
            done -> {
              if (!findings.failed()) {
                findings.pass(
                    "1 to %,d bytes before a FIN came back to a reader %d ms late, then the end"
                        .formatted(sizes.get(sizes.size() - 1), LATE.toMillis()));
              }
            });
  }

  /** In writes of several lengths: what hangs a server depends on how its buffers fill up. */
  private static Future<Void> each(Server server, long size, Findings findings) {
    return Server.each(WRITES, findings, length -> half(server, size, length, findings));
  }

  private static Future<Void> half(Server server, long size, int write, Findings findings) {
    return server
        .open(Content.incompressible(size))
        .compose(
            stream ->
                stream
                    .exchange(Plan.of(size).inWritesOf(List.of(write)).thenEnd().readingLate(LATE))
                    .onSuccess(
                        exchange -> {
                          if (!exchange.exact()) {
                            findings.fail(exchange.problem(server.timeout()));
                          }
                          stream.close();
                        }))
        .mapEmpty();
  }

  /** One connection talks, another one is reset with its echo under way, the first talks on. */
  private static Future<Void> bystander(Server server, Findings findings) {
    if (findings.failed()) {
      return Future.succeededFuture();
    }
    return Future.all(
            server.open(Content.incompressible(6)), server.open(Content.incompressible(7)))
        .compose(
            both -> {
              EchoStream honest = both.resultAt(0);
              EchoStream rude = both.resultAt(1);
              return honest
                  .exchange(Plan.of(TALK))
                  .compose(
                      before -> {
                        if (!before.exact()) {
                          return Future.succeededFuture(before);
                        }
                        var unused = rude.exchange(Plan.of(1 << 20));
                        rude.reset();
                        // a server may take a moment to notice
                        return server.pause(LATE).compose(v -> honest.exchange(Plan.of(TALK)));
                      });
            })
        .onSuccess(
            after -> {
              if (after.exact()) {
                findings.pass("a connection that was reset did not disturb another one");
              } else {
                findings.fail(
                    "a connection beside one that is reset: " + after.problem(server.timeout()));
              }
            })
        .mapEmpty();
  }
}
