package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.spec.Durations;
import io.vertx.core.Future;

/** Bytes come back while others are still on their way there. */
final class FullDuplexCheck implements Check {
  private static final long BYTES = 64L << 20;
  private static final long GENTLE_BYTES = 8L << 20;

  /**
   * Left to send until something has come back: what the buffers in between hold, and how the two
   * ends take turns, has no part in the verdict then.
   */
  private static final long KEPT = 64 * 1024;

  @Override
  public CheckName name() {
    return CheckName.FULL_DUPLEX;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    long bytes = server.gentle() ? GENTLE_BYTES : BYTES;
    long startedAt = System.nanoTime();
    return server
        .open(Content.incompressible(3))
        .compose(stream -> stream.exchange(Plan.of(bytes).keeping(KEPT)))
        .onSuccess(
            exchange -> {
              if (exchange.ending() == Exchange.Ending.STALLED && exchange.received() == 0) {
                findings.fail(
                    "nothing came back for %s while the last of %,d bytes were still to be sent"
                        .formatted(Durations.print(server.timeout()), bytes));
              } else if (!exchange.exact()) {
                findings.fail("both directions busy: " + exchange.problem(server.timeout()));
              } else {
                findings.pass(
                    "%,d bytes each way in %.2f s; %,d had come back when the last was sent"
                        .formatted(bytes, (System.nanoTime() - startedAt) / 1e9, exchange.early()));
              }
            })
        .mapEmpty();
  }
}
