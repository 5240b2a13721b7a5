package dev.echomesh.cli;

import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.spec.Cause;
import dev.echomesh.spec.SocketAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** Whether a node's endpoints accept connections, seen from its own machine. */
final class Reachability {
  private static final int CONNECT_MILLIS = 2000;

  private Reachability() {}

  /**
   * Connects to each that has a port of its own.
   *
   * @throws UsageException if none has
   */
  static Health of(List<EndpointConfig> endpoints) {
    List<EndpointConfig> known = endpoints.stream().filter(each -> each.port() > 0).toList();
    if (known.isEmpty()) {
      throw new UsageException(
          "web.enabled: false (expected true, or an endpoint whose port is not 0, to be asked)");
    }
    return Health.of(known.stream().map(Reachability::check).toList());
  }

  private static Health.Check check(EndpointConfig endpoint) {
    String host =
        switch (endpoint.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> endpoint.host();
        };
    String where = SocketAddresses.print(host, endpoint.port());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, endpoint.port()), CONNECT_MILLIS);
      return new Health.Check(endpoint.name(), HealthStatus.OK, "accepts at " + where);
    } catch (IOException e) {
      return new Health.Check(
          endpoint.name(),
          HealthStatus.DOWN,
          "does not accept at " + where + ": " + Cause.inShort(e));
    }
  }
}
