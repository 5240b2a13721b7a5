package dev.echomesh.cli;

import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.LoadedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a node's configuration comes from. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (conf/echomesh.yaml if it exists, else defaults).")
  @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Override one key, for example echo.endpoints[0].port=7007. Beats environment and file.")
  List<String> sets = new ArrayList<>();

  LoadedConfig load() {
    return ConfigLoader.load(file, System.getenv(), sets);
  }
}
