package dev.echomesh.tester;

import dev.echomesh.bus.TestMode;
import dev.echomesh.cli.CommandRun;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The main class of a JVM that runs the command in every mode, in a network namespace that this JVM
 * is not in. Prints {@code {"mode", "exitCode", "report"}}, one a line.
 */
public final class EveryMode {
  private EveryMode() {}

  /** The target, and options that every mode has. */
  public static void main(String[] arguments) {
    for (TestMode mode : TestMode.values()) {
      List<String> command = new ArrayList<>(List.of("test"));
      Collections.addAll(command, arguments);
      Collections.addAll(command, "--mode", mode.key(), "--output", "json");
      if (mode == TestMode.RATE) {
        Collections.addAll(command, "--rate", "1000");
      } else if (mode == TestMode.FIND_MAX) {
        Collections.addAll(command, "--rate", "1", "--duration", "100ms");
      }
      CommandRun run = CommandRun.of(command.toArray(new String[0]));
      System.out.println(
          new JsonObject()
              .put("mode", mode.key())
              .put("exitCode", run.exitCode())
              .put("report", run.json())
              .encode());
    }
  }
}
