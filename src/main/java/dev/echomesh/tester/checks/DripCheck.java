package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** One byte a second, each of which comes back before the next one goes. */
final class DripCheck implements Check {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final int BYTES = 5;

  @Override
  public CheckName name() {
    return CheckName.DRIP;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    List<Integer> bytes = IntStream.rangeClosed(1, BYTES).boxed().toList();
    return server
        .open(Content.incompressible(9))
        .compose(
            stream ->
                Server.each(bytes, findings, number -> drop(server, stream, number, findings)))
        .onSuccess(
            done -> {
              if (!findings.failed()) {
                findings.pass(BYTES + " bytes, one a second, came back one by one");
              }
            });
  }

  private static Future<Void> drop(
      Server server, EchoStream stream, int number, Findings findings) {
    return stream
        .exchange(Plan.of(1))
        .compose(
            exchange -> {
              if (!exchange.exact()) {
                findings.fail("drop " + number + ": " + exchange.problem(server.timeout()));
              }
              return number == BYTES || findings.failed()
                  ? Future.succeededFuture()
                  : server.pause(BETWEEN);
            });
  }
}
