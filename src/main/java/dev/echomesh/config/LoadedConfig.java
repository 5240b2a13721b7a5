package dev.echomesh.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that passed every check, and how it came to be.
 *
 * @param settings every value with an effect, in the order of the schema
 * @param warnings one line each: environment names nobody reads
 * @param file the file that was read, null if none was
 */
public record LoadedConfig(
    NodeConfig config, List<Setting> settings, List<String> warnings, @Nullable Path file) {
  public LoadedConfig {
    settings = List.copyOf(settings);
    warnings = List.copyOf(warnings);
  }
}
