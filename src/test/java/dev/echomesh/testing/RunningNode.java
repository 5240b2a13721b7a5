package dev.echomesh.testing;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.Transport;
import dev.echomesh.node.Node;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;

/** A node in this JVM, asked over its event bus like any other. Calls block. */
public final class RunningNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Node node;

  private RunningNode(Node node) {
    this.node = node;
  }

  /** Starts what the YAML text says, with {@code --set}s over it. */
  public static RunningNode start(String yaml, String... sets) {
    return new RunningNode(await(Node.start(config(yaml, sets))));
  }

  /** As {@link #start}; skips the test, with the reason, where the kernel has no io_uring. */
  public static RunningNode startOn(Transport transport, String yaml) {
    try {
      return start(yaml, "node.transport=" + transport.key());
    } catch (StartException unavailable) {
      Assumptions.assumeFalse(transport == Transport.IO_URING, unavailable.getMessage());
      throw unavailable;
    }
  }

  public Node node() {
    return node;
  }

  /** The real port of an endpoint. */
  public int port(String endpoint) {
    return endpoint(endpoint).port();
  }

  /** What an endpoint has counted so far. */
  public EndpointInfo endpoint(String name) {
    return await(node.vertx().eventBus().<JsonObject>request(Addresses.ECHO_ENDPOINTS, null))
        .body()
        .getJsonArray("endpoints")
        .stream()
        .map(endpoint -> EndpointInfo.fromJson((JsonObject) endpoint))
        .filter(endpoint -> endpoint.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no endpoint " + name));
  }

  /** The counters as soon as they are as wanted, or else as they are in the end. */
  public EndpointInfo endpointWhen(String name, Predicate<EndpointInfo> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    EndpointInfo info = endpoint(name);
    while (!wanted.test(info) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      info = endpoint(name);
    }
    return info;
  }

  /** The counters once every connection has ended. */
  public EndpointInfo idleEndpoint(String name) {
    return endpointWhen(name, info -> info.connections() == 0);
  }

  /** As {@link #idleEndpoint}, once so many connections have come and gone. */
  public EndpointInfo idleEndpointAfter(String name, long accepted) {
    return endpointWhen(name, info -> info.connections() == 0 && info.accepted() >= accepted);
  }

  /** Has the running node follow another configuration. */
  public void follow(String yaml) {
    var unused = await(node.follow(config(yaml)));
  }

  @Override
  public void close() {
    var unused = await(node.close());
  }

  private static NodeConfig config(String yaml, String... sets) {
    return ConfigLoader.parse(yaml, Path.of("test.yaml"), Map.of(), List.of(sets)).config();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the node took longer than " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a node", e);
    }
  }
}
