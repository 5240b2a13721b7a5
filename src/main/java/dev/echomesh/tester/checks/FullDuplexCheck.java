package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;

/** Bytes come back while others are still on their way there. */
final class FullDuplexCheck implements Check {
  private static final long BYTES = 64L << 20;
  private static final long GENTLE_BYTES = 8L << 20;

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
        .compose(stream -> stream.exchange(Plan.of(bytes)))
        .onSuccess(
            exchange -> {
              if (!exchange.exact()) {
                findings.fail("both directions busy: " + exchange.problem(server.timeout()));
              } else if (exchange.early() == 0) {
                findings.fail(
                    "nothing came back before the last of %,d bytes had been sent"
                        .formatted(bytes));
              } else {
                findings.pass(
                    "%,d bytes each way in %.2f s; %,d had come back when the last was sent"
                        .formatted(bytes, (System.nanoTime() - startedAt) / 1e9, exchange.early()));
              }
            })
        .mapEmpty();
  }
}
