package dev.echomesh.cli;

import dev.echomesh.config.LoadedConfig;
import dev.echomesh.config.Setting;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what a node would be told. */
@Command(
    name = "config",
    description = "Print the effective configuration and where each value came from.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Mixin private ConfigOptions config = new ConfigOptions();

  @org.jspecify.annotations.Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    LoadedConfig loaded = config.load();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
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
