package dev.echomesh.cli;

import dev.echomesh.config.LoadedConfig;
import dev.echomesh.config.Setting;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** Shows what a node would be told. */
final class ConfigCommand implements Callable<Integer> {
  private final ConfigOptions config = new ConfigOptions();
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private ConfigCommand() {
    config.addTo(spec);
    spec.usageMessage()
        .description("Print the effective configuration and where each value came from.");
  }

  static CommandSpec spec() {
    return new ConfigCommand().spec;
  }

  @Override
  public Integer call() {
    LoadedConfig loaded = config.load();
    PrintWriter out = spec.commandLine().getOut();
    int width = loaded.settings().stream().mapToInt(s -> line(s).length()).max().orElse(0);
    for (Setting setting : loaded.settings()) {
      out.printf("%-" + width + "s  # %s%n", line(setting), setting.origin());
    }
    loaded.warnings().forEach(spec.commandLine().getErr()::println);
    return ExitCode.PASSED;
  }

  private static String line(Setting setting) {
    return setting.key() + " = " + setting.value();
  }
}
