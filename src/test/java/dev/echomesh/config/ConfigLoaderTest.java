package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.SocketTarget;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final Path SHIPPED = Path.of("conf", "echomesh.yaml");

  private static final MeshConfig NO_MESH =
      new MeshConfig(
          false,
          "echomesh",
          "127.0.0.1",
          "127.0.0.1",
          7800,
          7801,
          7802,
          List.of(),
          null,
          null,
          null);

  private static LoadedConfig parse(String yaml, String... sets) {
    return ConfigLoader.parse(yaml, Path.of("x.yaml"), Map.of(), List.of(sets));
  }

  private static NodeConfig defaults() {
    return new NodeConfig(
        HostName.local(),
        "",
        "",
        Transport.AUTO,
        new EchoConfig(
            Runtime.getRuntime().availableProcessors(),
            0,
            Runtime.getRuntime().maxMemory() / 4,
            Duration.ofSeconds(10),
            List.of(
                new EndpointConfig(
                    "echo",
                    "127.0.0.1",
                    1234,
                    EndpointMode.STREAM,
                    64,
                    false,
                    0,
                    Duration.ZERO,
                    Duration.ZERO,
                    0,
                    0,
                    0,
                    AllowList.everything(),
                    null,
                    Faults.NONE))),
        new TesterConfig(
            AllowList.loopback(), 1_000_000, 1000, Duration.ofHours(1), 256L << 20, 4, 10_000),
        NO_MESH,
        new ProbingConfig(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            20,
            256 << 10,
            64,
            9000,
            Duration.ofMinutes(10),
            30,
            8),
        List.of(),
        new WebConfig(false, "127.0.0.1", 8007, List.of(), null, false, 200, null),
        new BridgeConfig(false, "127.0.0.1", 7000, null, Duration.ofMinutes(5), 100, null),
        List.of(),
        false);
  }

  /** The shipped file differs from the defaults in what a node shows of itself on loopback. */
  private static NodeConfig shipped() {
    NodeConfig defaults = defaults();
    return new NodeConfig(
        defaults.name(),
        defaults.zone(),
        defaults.rack(),
        defaults.transport(),
        defaults.echo(),
        defaults.tester(),
        NO_MESH,
        defaults.probing(),
        defaults.probes(),
        new WebConfig(true, "127.0.0.1", 8007, List.of(), null, false, 200, null),
        defaults.bridge(),
        defaults.verticles(),
        true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "{}", "\uFEFF# with a byte-order mark\n"})
  void shouldUseDefaultsWhenFileSaysNothing(String yaml) {
    assertThat(parse(yaml).config()).isEqualTo(defaults());
    assertThat(parse(yaml).warnings()).isEmpty();
  }

  @Test
  void shouldShipAFileThatEqualsTheDefaults() {
    LoadedConfig shipped = ConfigLoader.load(null, Map.of(), List.of());

    assertThat(shipped.file()).isEqualTo(SHIPPED);
    assertThat(shipped.config()).isEqualTo(shipped());
    assertThat(shipped.warnings()).isEmpty();
  }

  @Test
  void shouldShipAFileThatMentionsEveryKey() throws IOException {
    String text = Files.readString(SHIPPED);

    for (String key : effectiveKeys(SchemaNode.root())) {
      assertThat(text).containsPattern("(?m)^[# -]*" + key + ":");
    }
  }

  @Test
  void shouldShipAFileWhoseCommentedKeysShowTheDefaults() throws IOException {
    // "#key" and "#  key" are keys, "# text" is text; the files of tls and tokens are not there,
    // and faults and some keys of mesh have no defaults
    String text =
        Files.readString(SHIPPED)
            .replaceAll("(?m)^( *)#( {2,}|)(?=[-a-zA-Z])", "$1$2")
            .replaceAll("(?m)^(probes|verticles):.*\\R( +[-a-zA-Z ]+:.*\\R| +#.*\\R)+", "")
            .replaceAll(
                "(?m)^ *(tls|certFile|keyFile|clientCaFile|caFile|dns|stackFile|tokenFile):.*", "")
            .replaceAll("(?m)^ *faults:.*\\R( {8}[a-zA-Z]+:.*\\R)+", "");

    LoadedConfig loaded = parse(text);

    assertThat(loaded.config())
        .usingRecursiveComparison()
        .ignoringFields("name")
        .isEqualTo(shipped());
    assertThat(loaded.settings()).noneMatch(each -> each.origin() instanceof Origin.Default);
  }

  private static List<String> effectiveKeys(SchemaNode node) {
    List<String> keys = new ArrayList<>();
    for (String name : node.names()) {
      SchemaNode child = node.child(name);
      if (child != null) {
        keys.add(name);
        keys.addAll(effectiveKeys(child));
        SchemaNode item = child.child(0);
        keys.addAll(item == null ? List.of() : effectiveKeys(item));
      }
    }
    return keys;
  }

  @Test
  void shouldMapEveryKey(@TempDir Path directory) throws IOException {
    Path cert = Files.writeString(directory.resolve("c"), "-----BEGIN CERTIFICATE-----\n");
    Path key = Files.writeString(directory.resolve("k"), "x\n-----BEGIN PRIVATE KEY-----\r\n");
    Path script = Files.writeString(directory.resolve("v.js"), "");
    String yaml =
        """
        node: {name: n-1, zone: z, rack: r, transport: io_uring}
        echo:
          instances: 3
          maxConnections: 10
          maxBuffered: 3GiB
          drainTimeout: 1500ms
          endpoints:
            - name: b
              host: "::1"
              port: 0
              mode: framed
              frameLength: 1MiB
              backlog: 9
              idleTimeout: 5m
              stallTimeout: 7s
              maxConnections: 8
              maxConnectionsPerAddress: 6
              acceptRate: 5
              allow: ["::1", 10.0.0.0/8]
              tls: {certFile: %1$s, keyFile: %2$s, clientCaFile: %1$s}
        tester: {allow: [], maxRate: 1, maxConnections: 2, maxDuration: 3s, maxInFlight: 64KiB, maxRuns: 4, maxProbes: 5}
        mesh:
          enabled: true
          cluster: c
          host: 10.0.0.1
          publicHost: m.example
          port: 1
          busPort: 2
          probePort: 3
          peers: ["p:4", "::1", 10.0.0.2]
          tls: {certFile: %1$s, keyFile: %2$s, caFile: %1$s}
          stackFile: %1$s
          fullUpTo: 5
          degree: 6
          probing: {every: 2s, timeout: 3s, maxProbes: 4, maxBytes: 5KiB, frameLength: 32, longFrameLength: 6KiB, forgetAfter: 7h}
        probes:
          - name: p
            target: "[::1]:7"
            mode: connect
            every: 3s
            timeout: 4s
            frameLength: 1KiB
            tls: {caFile: %1$s, certFile: %1$s, keyFile: %2$s, verifyHost: false}
        web:
          enabled: true
          host: 0.0.0.0
          port: 0
          names: [mesh.example]
          tokenFile: tokens
          openHealth: true
          maxConnections: 7
          tls: {certFile: %1$s, keyFile: %2$s, clientCaFile: %1$s}
        bridge:
          tcp:
            enabled: true
            host: "::1"
            port: 8
            tokenFile: t
            idleTimeout: 0s
            maxConnections: 3
            tls: {certFile: %1$s, keyFile: %2$s, clientCaFile: %1$s}
        verticles:
          - {name: v, file: %3$s, instances: 2, config: {port: 9, deep: {list: [1, a]}}}
        metrics: {enabled: true}
        """
            .formatted(cert, key, script);

    assertThat(parse(yaml).config())
        .isEqualTo(
            new NodeConfig(
                "n-1",
                "z",
                "r",
                Transport.IO_URING,
                new EchoConfig(
                    3,
                    10,
                    3L << 30,
                    Duration.ofMillis(1500),
                    List.of(
                        new EndpointConfig(
                            "b",
                            "::1",
                            0,
                            EndpointMode.FRAMED,
                            1 << 20,
                            false,
                            9,
                            Duration.ofMinutes(5),
                            Duration.ofSeconds(7),
                            8,
                            6,
                            5,
                            AllowList.of("::1", "10.0.0.0/8"),
                            new TlsConfig(cert, key, cert),
                            Faults.NONE))),
                new TesterConfig(
                    new AllowList(List.of()), 1, 2, Duration.ofSeconds(3), 65_536, 4, 5),
                new MeshConfig(
                    true,
                    "c",
                    "10.0.0.1",
                    "m.example",
                    1,
                    2,
                    3,
                    List.of(
                        new SocketTarget("p", 4),
                        new SocketTarget("::1", 1),
                        new SocketTarget("10.0.0.2", 1)),
                    null,
                    new MeshTls(cert, key, cert),
                    cert),
                new ProbingConfig(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    4,
                    5 << 10,
                    32,
                    6 << 10,
                    Duration.ofHours(7),
                    5,
                    6),
                List.of(
                    new ProbeConfig(
                        "p",
                        new SocketTarget("::1", 7),
                        false,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        1024,
                        new ProbeConfig.Tls(cert, cert, key, false))),
                new WebConfig(
                    true,
                    "0.0.0.0",
                    0,
                    List.of("mesh.example"),
                    Path.of("tokens"),
                    true,
                    7,
                    new TlsConfig(cert, key, cert)),
                new BridgeConfig(
                    true, "::1", 8, Path.of("t"), Duration.ZERO, 3, new TlsConfig(cert, key, cert)),
                List.of(
                    new ScriptConfig(
                        "v",
                        script,
                        2,
                        new JsonObject(
                            "{'port': 9, 'deep': {'list': [1, 'a']}}".replace("'", "\"")))),
                true));
  }

  @Test
  void shouldListEveryEffectiveValueWithItsOrigin() {
    LoadedConfig loaded =
        ConfigLoader.parse(
            "node:\n  name: n\necho:\n  endpoints:\n    - name: a\n      port: 7\n",
            Path.of("x.yaml"),
            Map.of("ECHOMESH_NODE_ZONE", "z", "ECHOMESH_TESTER_ALLOW", "10.0.0.0/8, ::1"),
            List.of("node.rack=r", "echo.endpoints[0].frameLength=64KiB"));

    assertThat(loaded.settings())
        .extracting(setting -> setting.key() + " = " + setting.value() + " # " + setting.origin())
        .containsExactly(
            "node.name = n # x.yaml:2",
            "node.zone = z # ECHOMESH_NODE_ZONE",
            "node.rack = r # --set",
            "node.transport = auto # default",
            "echo.instances = auto # default",
            "echo.maxConnections = 0 # default",
            "echo.maxBuffered = auto # default",
            "echo.drainTimeout = 10s # default",
            "echo.endpoints[0].name = a # x.yaml:5",
            "echo.endpoints[0].host = 127.0.0.1 # default",
            "echo.endpoints[0].port = 7 # x.yaml:6",
            "echo.endpoints[0].mode = stream # default",
            "echo.endpoints[0].frameLength = 64KiB # --set",
            "echo.endpoints[0].timestamps = false # default",
            "echo.endpoints[0].backlog = 0 # default",
            "echo.endpoints[0].idleTimeout = 0s # default",
            "echo.endpoints[0].stallTimeout = 0s # default",
            "echo.endpoints[0].maxConnections = 0 # default",
            "echo.endpoints[0].maxConnectionsPerAddress = 0 # default",
            "echo.endpoints[0].acceptRate = 0 # default",
            "echo.endpoints[0].allow = 0.0.0.0/0, ::/0 # default",
            "tester.allow = 10.0.0.0/8, ::1 # ECHOMESH_TESTER_ALLOW",
            "tester.maxRate = 1000000 # default",
            "tester.maxConnections = 1000 # default",
            "tester.maxDuration = 1h # default",
            "tester.maxInFlight = 256MiB # default",
            "tester.maxRuns = 4 # default",
            "tester.maxProbes = 10000 # default",
            "mesh.enabled = false # default",
            "mesh.cluster = echomesh # default",
            "mesh.host = 127.0.0.1 # default",
            "mesh.port = 7800 # default",
            "mesh.busPort = 7801 # default",
            "mesh.probePort = 7802 # default",
            "mesh.peers =  # default",
            "mesh.fullUpTo = 30 # default",
            "mesh.degree = 8 # default",
            "mesh.probing.every = 1s # default",
            "mesh.probing.timeout = 1s # default",
            "mesh.probing.maxProbes = 20 # default",
            "mesh.probing.maxBytes = 256KiB # default",
            "mesh.probing.frameLength = 64 # default",
            "mesh.probing.longFrameLength = 9000 # default",
            "mesh.probing.forgetAfter = 10m # default",
            "web.enabled = false # default",
            "web.host = 127.0.0.1 # default",
            "web.port = 8007 # default",
            "web.names =  # default",
            "web.openHealth = false # default",
            "web.maxConnections = 200 # default",
            "bridge.tcp.enabled = false # default",
            "bridge.tcp.host = 127.0.0.1 # default",
            "bridge.tcp.port = 7000 # default",
            "bridge.tcp.idleTimeout = 5m # default",
            "bridge.tcp.maxConnections = 100 # default",
            "metrics.enabled = false # default");
  }

  @Test
  void shouldListWhatAVerticleIsGiven() {
    String yaml =
        """
        verticles:
          - name: v
            file: conf/verticles/upper.js
            config: {port: 7, deep: {list: [1, a]}}
        """;

    assertThat(parse(yaml, "verticles[0].config.host=::1").settings())
        .extracting(setting -> setting.key() + " = " + setting.value() + " # " + setting.origin())
        .contains(
            "verticles[0].instances = 1 # default",
            "verticles[0].config.port = 7 # x.yaml:4",
            "verticles[0].config.deep.list = [1,\"a\"] # x.yaml:4",
            "verticles[0].config.host = ::1 # --set");
  }

  @Test
  void shouldAcceptAnEmptyListOfEndpoints() {
    assertThat(parse("echo: {endpoints: []}").config().echo().endpoints()).isEmpty();
  }

  @Test
  void shouldFollowAliases() {
    LoadedConfig loaded =
        parse(
            "tester: {allow: &here [10.0.0.0/8]}\necho: {endpoints: [{name: a, port: 1, allow: *here}]}");

    assertThat(loaded.config().echo().endpoints().get(0).allow())
        .isEqualTo(loaded.config().tester().allow());
  }

  @Test
  void shouldReadTheFileItIsGiven(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("my.yaml"), "node: {zone: é}\n");

    LoadedConfig loaded = ConfigLoader.load(file, Map.of(), List.of());

    assertThat(loaded.config().zone()).isEqualTo("é");
    assertThat(loaded.file()).isEqualTo(file);
  }

  @Test
  void shouldSayInOneLineWhyAFileCannotBeRead(@TempDir Path directory) throws IOException {
    Path latin = Files.write(directory.resolve("latin"), new byte[] {'#', (byte) 0xE9});
    Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);

    assertUnreadable(directory.resolve("none"), "no such file");
    assertUnreadable(directory, "is a directory");
    assertUnreadable(latin, "not UTF-8 text");
    assertUnreadable(large, "more than 1 MiB");
  }

  private static void assertUnreadable(Path file, String reason) {
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(file + ": " + reason + " (expected a YAML file)");
  }

  @Test
  void shouldNameTheKeyWhoseFileIsNotWhatItShouldBe(@TempDir Path directory) throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
    String yaml =
        "echo: {endpoints: [{name: a, port: 1, tls: {certFile: %s, keyFile: %s, clientCaFile: %s}}]}"
            .formatted(directory, text, text);

    assertThatThrownBy(() -> parse(yaml))
        .hasMessage(
            String.join(
                "\n",
                "echo.endpoints[0].tls.certFile: %s (expected a readable PEM file) (from x.yaml:1)"
                    .formatted(directory),
                "echo.endpoints[0].tls.keyFile: %s (expected a PEM file with a PRIVATE KEY, not"
                        .formatted(text)
                    + " encrypted) (from x.yaml:1)",
                "echo.endpoints[0].tls.clientCaFile: %s (expected a PEM file with a CERTIFICATE)"
                        .formatted(text)
                    + " (from x.yaml:1)"));
  }

  @Test
  void shouldGiveTheHostANameThatANodeMayHave() {
    assertThat(HostName.local()).matches("[A-Za-z0-9._-]{1,63}");
  }
}
