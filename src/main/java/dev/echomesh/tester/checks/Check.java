package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;

/** One check of a server. */
interface Check {
  CheckName name();

  /**
   * Carries it out and enters what it sees.
   *
   * @return when it is done; fails with {@link NoConnection} if the server could not be reached
   */
  Future<Void> run(Server server, Findings findings);
}
