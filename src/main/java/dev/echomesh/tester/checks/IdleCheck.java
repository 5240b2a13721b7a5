package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.spec.Durations;
import io.vertx.core.Future;

/** A connection that was quiet for a while still echoes. */
final class IdleCheck implements Check {
  private static final int TALK = 1024;

  @Override
  public CheckName name() {
    return CheckName.IDLE;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    return server
        .open(Content.incompressible(8))
        .compose(
            stream ->
                stream
                    .exchange(Plan.of(TALK))
                    .compose(
                        before -> {
                          if (!before.exact()) {
                            findings.fail("before the pause: " + before.problem(server.timeout()));
                            return Future.succeededFuture();
                          }
                          return later(server, stream, findings);
                        }));
  }

  private static Future<Void> later(Server server, EchoStream stream, Findings findings) {
    String idle = Durations.print(server.request().idle());
    return server
        .pause(server.request().idle())
        .compose(passed -> stream.exchange(Plan.of(TALK)))
        .onSuccess(
            after -> {
              if (after.exact()) {
                findings.pass("echoed on after " + idle + " without traffic");
              } else {
                findings.fail("after " + idle + " idle: " + after.problem(server.timeout()));
              }
            })
        .mapEmpty();
  }
}
