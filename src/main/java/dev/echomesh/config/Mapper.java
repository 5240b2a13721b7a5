package dev.echomesh.config;

import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.ByteSize;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes records of values that are complete and checked. */
final class Mapper {
  private Mapper() {}

  static NodeConfig node(JsonObject root) {
    JsonObject node = root.getJsonObject("node");
    return new NodeConfig(
        node.getString("name"),
        node.getString("zone"),
        node.getString("rack"),
        Transport.valueOf(node.getString("transport").toUpperCase(Locale.ROOT)),
        echo(root.getJsonObject("echo")),
        tester(root.getJsonObject("tester")),
        mesh(root.getJsonObject("mesh")),
        probing(root.getJsonObject("mesh")),
        root.getJsonArray("probes").stream().map(probe -> probe((JsonObject) probe)).toList(),
        web(root.getJsonObject("web")),
        bridge(root.getJsonObject("bridge").getJsonObject("tcp")),
        root.getJsonArray("verticles").stream()
            .map(verticle -> verticle((JsonObject) verticle))
            .toList(),
        root.getJsonObject("metrics").getBoolean("enabled"));
  }

  private static ProbingConfig probing(JsonObject mesh) {
    JsonObject probing = mesh.getJsonObject("probing");
    return new ProbingConfig(
        Durations.parse(probing.getString("every")),
        Durations.parse(probing.getString("timeout")),
        probing.getInteger("maxProbes"),
        size(probing, "maxBytes"),
        Math.toIntExact(size(probing, "frameLength")),
        Math.toIntExact(size(probing, "longFrameLength")),
        Durations.parse(probing.getString("forgetAfter")),
        mesh.getInteger("fullUpTo"),
        mesh.getInteger("degree"));
  }

  private static ProbeConfig probe(JsonObject probe) {
    JsonObject tls = probe.getJsonObject("tls");
    return new ProbeConfig(
        probe.getString("name"),
        Target.parse(probe.getString("target")),
        probe.getString("mode").equals("echo"),
        Durations.parse(probe.getString("every")),
        Durations.parse(probe.getString("timeout")),
        Math.toIntExact(size(probe, "frameLength")),
        tls == null
            ? null
            : new ProbeConfig.Tls(
                file(tls, "caFile"),
                file(tls, "certFile"),
                file(tls, "keyFile"),
                tls.getBoolean("verifyHost", true)));
  }

  private static long size(JsonObject section, String name) {
    return ByteSize.parse(section.getValue(name).toString()).bytes();
  }

  private static @Nullable Path file(JsonObject section, String name) {
    String file = section.getString(name);
    return file == null ? null : Path.of(file);
  }

  private static EchoConfig echo(JsonObject echo) {
    return new EchoConfig(
        echo.getValue("instances") instanceof Number number
            ? number.intValue()
            : Runtime.getRuntime().availableProcessors(),
        echo.getInteger("maxConnections"),
        maxBuffered(echo.getValue("maxBuffered").toString()),
        Durations.parse(echo.getString("drainTimeout")),
        echo.getJsonArray("endpoints").stream()
            .map(endpoint -> endpoint((JsonObject) endpoint))
            .toList());
  }

  /**
   * Unless told otherwise, a JVM takes as much outside its heap as its heap may have; and what is
   * kept on the heap, of framed endpoints, needs some air around it.
   */
  private static long maxBuffered(String text) {
    return text.equals("auto")
        ? Runtime.getRuntime().maxMemory() / 4
        : ByteSize.parse(text).bytes();
  }

  private static EndpointConfig endpoint(JsonObject endpoint) {
    return new EndpointConfig(
        endpoint.getString("name"),
        endpoint.getString("host"),
        endpoint.getInteger("port"),
        EndpointMode.valueOf(endpoint.getString("mode").toUpperCase(Locale.ROOT)),
        Math.toIntExact(ByteSize.parse(endpoint.getValue("frameLength").toString()).bytes()),
        endpoint.getBoolean("timestamps"),
        endpoint.getInteger("backlog"),
        Durations.parse(endpoint.getString("idleTimeout")),
        Durations.parse(endpoint.getString("stallTimeout")),
        endpoint.getInteger("maxConnections"),
        endpoint.getInteger("maxConnectionsPerAddress"),
        endpoint.getInteger("acceptRate"),
        allow(endpoint),
        tls(endpoint.getJsonObject("tls")),
        Faults.of(endpoint.getJsonObject("faults", new JsonObject()).getMap()));
  }

  private static TesterConfig tester(JsonObject tester) {
    return new TesterConfig(
        allow(tester),
        tester.getInteger("maxRate"),
        tester.getInteger("maxConnections"),
        Durations.parse(tester.getString("maxDuration")),
        ByteSize.parse(tester.getValue("maxInFlight").toString()).bytes(),
        tester.getInteger("maxRuns"),
        tester.getInteger("maxProbes"));
  }

  private static MeshConfig mesh(JsonObject mesh) {
    String host = mesh.getString("host");
    int port = mesh.getInteger("port");
    String stackFile = mesh.getString("stackFile");
    return new MeshConfig(
        mesh.getBoolean("enabled"),
        mesh.getString("cluster"),
        host,
        mesh.getString("publicHost", host),
        port,
        mesh.getInteger("busPort"),
        mesh.getInteger("probePort"),
        mesh.getJsonArray("peers").stream().map(peer -> Peers.parse((String) peer, port)).toList(),
        mesh.getString("dns"),
        mesh.getValue("tls") instanceof JsonObject tls
            ? new MeshTls(
                Path.of(tls.getString("certFile")),
                Path.of(tls.getString("keyFile")),
                Path.of(tls.getString("caFile")))
            : null,
        stackFile == null ? null : Path.of(stackFile));
  }

  private static WebConfig web(JsonObject web) {
    String tokenFile = web.getString("tokenFile");
    return new WebConfig(
        web.getBoolean("enabled"),
        web.getString("host"),
        web.getInteger("port"),
        web.getJsonArray("names").stream().map(String.class::cast).toList(),
        tokenFile == null ? null : Path.of(tokenFile),
        web.getBoolean("openHealth"),
        web.getInteger("maxConnections"),
        tls(web.getJsonObject("tls")));
  }

  private static BridgeConfig bridge(JsonObject tcp) {
    String tokenFile = tcp.getString("tokenFile");
    return new BridgeConfig(
        tcp.getBoolean("enabled"),
        tcp.getString("host"),
        tcp.getInteger("port"),
        tokenFile == null ? null : Path.of(tokenFile),
        Durations.parse(tcp.getString("idleTimeout")),
        tcp.getInteger("maxConnections"),
        tls(tcp.getJsonObject("tls")));
  }

  private static ScriptConfig verticle(JsonObject verticle) {
    return new ScriptConfig(
        verticle.getString("name"),
        Path.of(verticle.getString("file")),
        verticle.getInteger("instances"),
        verticle.getJsonObject("config"));
  }

  private static AllowList allow(JsonObject section) {
    return AllowList.of(
        section.getJsonArray("allow").stream().map(String.class::cast).toArray(String[]::new));
  }

  private static @Nullable TlsConfig tls(@Nullable JsonObject tls) {
    if (tls == null) {
      return null;
    }
    String clientCa = tls.getString("clientCaFile");
    return new TlsConfig(
        Path.of(tls.getString("certFile")),
        Path.of(tls.getString("keyFile")),
        clientCa == null ? null : Path.of(clientCa));
  }
}
