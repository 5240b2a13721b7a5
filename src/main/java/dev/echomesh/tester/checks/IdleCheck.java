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
    String idle = Durations.print(server.request().idle());
    return server
        .open(Content.incompressible(8))
        .compose(
            stream ->
                stream
                    .exchange(Plan.of(TALK))
                    .compose(before -> server.pause(server.request().idle()))
                    .compose(passed -> stream.exchange(Plan.of(TALK))))
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
