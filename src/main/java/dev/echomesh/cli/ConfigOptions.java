package dev.echomesh.cli;

import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.LoadedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where a node's configuration comes from. In code, as the two standard options of whoever has
 * these: what a node starts with has no annotations, because reading them takes picocli a sixth of
 * the time to the first open port.
 */
final class ConfigOptions {
  private final OptionSpec file =
      OptionSpec.builder("--config")
          .paramLabel("FILE")
          .type(Path.class)
          .description("Configuration file (conf/echomesh.yaml if it exists, else defaults).")
          .build();
  private final OptionSpec sets =
      OptionSpec.builder("--set")
          .paramLabel("KEY=VALUE")
          .type(List.class)
          .auxiliaryTypes(String.class)
          .initialValue(new ArrayList<String>())
          .description(
              "Override one key, for example echo.endpoints[0].port=7007. Beats environment and file.")
          .build();

  void addTo(CommandSpec command) {
    command.addOption(file).addOption(sets).addOption(help()).addOption(version());
  }

  LoadedConfig load() {
    return ConfigLoader.load(file.getValue(), System.getenv(), sets());
  }

  List<String> sets() {
    return sets.getValue();
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help message and exit.")
        .build();
  }

  private static OptionSpec version() {
    return OptionSpec.builder("-V", "--version")
        .versionHelp(true)
        .description("Print version information and exit.")
        .build();
  }
}
