package dev.echomesh.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.ConnectionsReply;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.node.Node;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A node in this JVM, told its configuration as YAML. Closing it drains it. */
public final class LocalNode implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Node node;

  private LocalNode(Node node) {
    this.node = node;
  }

  /** Fails with the cause of the failed start. */
  public static LocalNode start(String yaml) {
    return new LocalNode(await(Node.start(parse(yaml))));
  }

  public static NodeConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, Path.of("test.yaml"), Map.of(), List.of()).config();
  }

  public Node node() {
    return node;
  }

  /** Follows another configuration; fails with the cause if it cannot. */
  public void follow(String yaml) {
    var unused = await(node.follow(parse(yaml)));
  }

  public int port(String endpoint) {
    return info(endpoint).port();
  }

  /** The endpoint's counters as they are on the bus now. */
  public EndpointInfo info(String endpoint) {
    return infos().stream()
        .filter(info -> info.name().equals(endpoint))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no endpoint " + endpoint + " among " + infos()));
  }

  public List<EndpointInfo> infos() {
    return await(node.vertx().eventBus().<JsonObject>request(Addresses.ECHO_ENDPOINTS, null))
        .body()
        .getJsonArray("endpoints")
        .stream()
        .map(json -> EndpointInfo.fromJson((JsonObject) json))
        .toList();
  }

  /** What the node counted on a client's connection to a port of it, as it is on the bus now. */
  public Optional<ConnectionsReply.Connection> connection(int port, int clientPort) {
    ConnectionsQuery query = new ConnectionsQuery(port, List.of("127.0.0.1:" + clientPort));
    JsonObject reply =
        await(
                node.vertx()
                    .eventBus()
                    .<JsonObject>request(Addresses.ECHO_CONNECTIONS, query.toJson()))
            .body();
    return ConnectionsReply.fromJson(reply).connections().stream().findFirst();
  }

  /** Waits until the endpoint's counters are as wanted. */
  public EndpointInfo await(String endpoint, Predicate<EndpointInfo> wanted) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    EndpointInfo info = info(endpoint);
    while (!wanted.test(info) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      info = info(endpoint);
    }
    assertThat(info).matches(wanted);
    return info;
  }

  /** The result, or the cause itself. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(30, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    var unused = await(node.close());
  }
}
