package dev.echomesh;

import dev.echomesh.cli.EchomeshCommand;
import java.security.Security;

/** Entry point, and the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    EchomeshCommand.prepare(args);
    // Java would answer from its memory for half a minute, and a tester measure that
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    System.exit(EchomeshCommand.execute(args));
  }
}
