package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * A server stops taking from a client that does not read, and sends everything once it does, also
 * after its window has been closed for a while.
 */
final class FlowControlCheck implements Check {
  /** Longer than the first zero-window probes, which come after the retransmission timeout. */
  private static final Duration QUIET = Duration.ofSeconds(2);

  private static final long GENTLE_MOST = 16L << 20;

  @Override
  public CheckName name() {
    return CheckName.FLOW_CONTROL;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    long most = server.request().maxAbsorbed();
    long tried = server.gentle() ? Math.min(most, GENTLE_MOST) : most;
    return server
        .open(Content.incompressible(4))
        .compose(stream -> stream.exchange(Plan.untilPushedBack(QUIET, tried)))
        .onSuccess(exchange -> judge(exchange, most, server, findings))
        .mapEmpty();
  }

  private static void judge(Exchange exchange, long most, Server server, Findings findings) {
    if (exchange.ending() == Exchange.Ending.OVERFED && exchange.absorbed() < most) {
      findings.unsure(
          "%,d bytes were taken from a client that read none; no more is tried gently"
              .formatted(exchange.absorbed()));
    } else if (!exchange.exact()) {
      findings.fail(exchange.problem(server.timeout()));
    } else {
      findings.pass(
          ("%,d bytes were taken from a client that read none, this machine's buffers included;"
                  + " after %d s of a zero window all came back")
              .formatted(exchange.absorbed(), QUIET.toSeconds()));
    }
  }
}
