package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A configuration written in code: the keys, defaults and checks of the file, without a file,
 * environment or {@code --set}. What is said twice, holds as said last. Not thread-safe.
 */
public final class NodeConfigBuilder {
  private final JsonObject root = new JsonObject();
  private final JsonArray endpoints = new JsonArray();

  NodeConfigBuilder() {
    root.put("echo", new JsonObject().put("endpoints", endpoints));
  }

  /** {@code node.name}; by default the machine's. */
  public NodeConfigBuilder name(String name) {
    return set("node.name", name);
  }

  /** {@code node.transport}; {@link Transport#AUTO} by default. */
  public NodeConfigBuilder transport(Transport transport) {
    return set("node.transport", transport.key());
  }

  /**
   * Adds an endpoint; without one the node has none.
   *
   * @param name unique within the node
   * @param more says the rest: a port, which is required, and what is not as by default
   */
  public NodeConfigBuilder endpoint(String name, Consumer<EndpointBuilder> more) {
    EndpointBuilder endpoint = new EndpointBuilder(name);
    more.accept(endpoint);
    endpoints.add(endpoint.json());
    return this;
  }

  /** {@code tester.allow}: addresses that the node's tester may test; loopback by default. */
  public NodeConfigBuilder testerMayReach(String... addressBlocks) {
    return set("tester.allow", EndpointBuilder.list(addressBlocks));
  }

  /**
   * Sets any key by its name in the file, such as {@code echo.drainTimeout}.
   *
   * @param value text, number, boolean, {@link JsonArray} or {@link JsonObject}, as in the file
   * @throws InvalidValueException if that is no name of a key
   */
  public NodeConfigBuilder set(String key, @Nullable Object value) {
    new ConfigTree(SchemaNode.root(), root, Map.of())
        .put(KeyPath.parse(key), value, new Origin.Default());
    return this;
  }

  /**
   * The configuration.
   *
   * @throws InvalidConfigException with everything that is wrong
   */
  public NodeConfig build() {
    return ConfigLoader.of(root.copy());
  }
}
