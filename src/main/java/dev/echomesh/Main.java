package dev.echomesh;

import dev.echomesh.cli.EchomeshCommand;

/** Entry point, and the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(EchomeshCommand.execute(args));
  }
}
