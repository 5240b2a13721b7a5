package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.spec.SocketTarget;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proves a node's own endpoints, in the way that any other request for a test goes. */
public final class SelfTest {
  private final Vertx vertx;
  private final NodeConfig config;

  SelfTest(Vertx vertx, NodeConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  /**
   * How one endpoint did.
   *
   * @param report null if it could not be tested
   * @param skipped why not; null if it was
   */
  public record Result(
      String endpoint, String target, @Nullable TestReport report, @Nullable String skipped) {}

  Future<List<Result>> run() {
    return vertx
        .eventBus()
        .<JsonObject>request(Addresses.ECHO_ENDPOINTS, null)
        .compose(
            reply -> {
              Future<List<Result>> results = Future.succeededFuture(new ArrayList<>());
              for (Object endpoint : reply.body().getJsonArray("endpoints")) {
                EndpointInfo info = EndpointInfo.fromJson((JsonObject) endpoint);
                results =
                    results.compose(
                        list ->
                            test(info)
                                .map(
                                    result -> {
                                      list.add(result);
                                      return list;
                                    }));
              }
              return results;
            });
  }

  private Future<Result> test(EndpointInfo info) {
    String target = new SocketTarget(reachable(info.host()), info.port()).toString();
    String obstacle = obstacle(info);
    if (obstacle != null) {
      return Future.succeededFuture(new Result(info.name(), target, null, obstacle));
    }
    JsonObject request =
        new JsonObject()
            .put("target", target)
            .put("warmup", "300ms")
            .put("duration", "300ms")
            .put("frameLength", info.frameLength() == 0 ? 64 : info.frameLength())
            .put("tls", tls(info.name()));
    return new TestClient(vertx)
        .run(TestRequest.fromJson(request), id -> {}, progress -> {})
        .map(report -> new Result(info.name(), target, report, null))
        .recover(
            cause ->
                cause instanceof RequestException refused
                        && refused.failure() == Failure.NOT_ALLOWED
                    ? Future.succeededFuture(
                        new Result(info.name(), target, null, String.valueOf(refused.getMessage())))
                    : Future.failedFuture(cause));
  }

  /** Why an endpoint that is well would not serve this node itself; null if it would. */
  private @Nullable String obstacle(EndpointInfo info) {
    if (info.tls().equals("mutual")) {
      return "it asks for a client certificate";
    }
    if (!info.faults().isNone()) {
      return "it has faults: " + info.faults();
    }
    // who connects to an address of this machine comes from the same
    byte[] own = NetUtil.createByteArrayFromIpAddressString(reachable(info.host()));
    return own == null || allows(info.name(), own) ? null : "its allow-list leaves this node out";
  }

  private boolean allows(String endpoint, byte[] address) {
    InetAddress client;
    try {
      client = InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes", e);
    }
    return config.echo().endpoints().stream()
        .filter(e -> e.name().equals(endpoint))
        .allMatch(e -> e.allow().permits(client));
  }

  /** The endpoint's own certificate is the only one that can be at its other end. */
  private @Nullable JsonObject tls(String endpoint) {
    return config.echo().endpoints().stream()
        .filter(e -> e.name().equals(endpoint))
        .map(EndpointConfig::tls)
        .filter(tls -> tls != null)
        .map(TlsConfig::certFile)
        .map(file -> new JsonObject().put("caFile", file.toString()).put("verifyHost", false))
        .findFirst()
        .orElse(null);
  }

  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> host;
    };
  }
}
