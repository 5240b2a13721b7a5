package dev.echomesh.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.InvalidConfigException;
import dev.echomesh.config.LoadedConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A configuration is refused with every reason, or loads the same again. */
public final class ConfigFuzz {
  private static final Path FILE = Path.of("echomesh.yaml");

  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String yaml = new String(input, UTF_8);
    LoadedConfig loaded;
    try {
      loaded = ConfigLoader.parse(yaml, FILE, Map.of(), List.of());
    } catch (InvalidConfigException refused) {
      if (refused.getMessage() == null || refused.getMessage().isBlank()) {
        throw new AssertionError("refused without a reason", refused);
      }
      return;
    }
    if (!loaded
        .config()
        .echo()
        .endpoints()
        .equals(ConfigLoader.parse(yaml, FILE, Map.of(), List.of()).config().echo().endpoints())) {
      throw new AssertionError("another when loaded again");
    }
  }
}
