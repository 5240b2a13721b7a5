package dev.echomesh.config;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * A verticle in another language of the JVM.
 *
 * @param name unique within the node
 * @param file its source, whose suffix tells the language: {@code .groovy} or {@code .js}
 * @param instances 1 or more, each with an event loop and variables of its own
 * @param config what it finds as the configuration of its context
 */
public record ScriptConfig(String name, Path file, int instances, JsonObject config) {
  public ScriptConfig {
    config = config.copy();
  }

  /** A copy. */
  @Override
  public JsonObject config() {
    return config.copy();
  }
}
