package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.SocketTarget;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File below environment below {@code --set}. */
class LayersTest {
  private static final String ONE_ENDPOINT = "echo: {endpoints: [{name: a, port: 1}]}";

  private static LoadedConfig load(String yaml, Map<String, String> environment, String... sets) {
    return ConfigLoader.parse(yaml, Path.of("x.yaml"), environment, List.of(sets));
  }

  private static List<EndpointConfig> endpoints(LoadedConfig loaded) {
    return loaded.config().echo().endpoints();
  }

  @Test
  void shouldLetEnvironmentBeatFileAndSetBeatBoth() {
    Map<String, String> environment =
        Map.of("ECHOMESH_NODE_ZONE", "env", "ECHOMESH_NODE_RACK", "env");

    NodeConfig node =
        load("node: {name: file, zone: file, rack: file}", environment, "node.rack=set").config();

    assertThat(List.of(node.name(), node.zone(), node.rack()))
        .containsExactly("file", "env", "set");
  }

  @Test
  void shouldOverrideThePortOfTheDefaultEndpoint() {
    EndpointConfig byEnvironment =
        endpoints(load("", Map.of("ECHOMESH_ECHO_ENDPOINTS_0_PORT", "7007"))).get(0);
    EndpointConfig bySet = endpoints(load("", Map.of(), "echo.endpoints[0].port=7007")).get(0);

    assertThat(byEnvironment).isEqualTo(bySet);
    assertThat(bySet.name()).isEqualTo("echo");
    assertThat(bySet.port()).isEqualTo(7007);
  }

  @Test
  void shouldDeriveVariableNamesFromKeys() {
    NodeConfig node =
        load(
                ONE_ENDPOINT,
                Map.of(
                    "ECHOMESH_ECHO_MAXCONNECTIONS", "5",
                    "ECHOMESH_ECHO_ENDPOINTS_0_FRAMELENGTH", "64KiB",
                    "ECHOMESH_ECHO_ENDPOINTS_0_IDLETIMEOUT", "5m",
                    "ECHOMESH_ECHO_INSTANCES", " 2 ",
                    "ECHOMESH_METRICS_ENABLED", "true",
                    "ECHOMESH_NODE_NAME", "17"))
            .config();

    assertThat(node.echo().maxConnections()).isEqualTo(5);
    assertThat(node.echo().instances()).isEqualTo(2);
    assertThat(node.echo().endpoints().get(0).frameLength()).isEqualTo(65_536);
    assertThat(node.echo().endpoints().get(0).idleTimeout()).hasMinutes(5);
    assertThat(node.metrics()).isTrue();
    assertThat(node.name()).isEqualTo("17");
  }

  @Test
  void shouldSplitListsInTheEnvironmentAtCommas() {
    LoadedConfig loaded =
        load(
            ONE_ENDPOINT,
            Map.of(
                "ECHOMESH_TESTER_ALLOW", "10.0.0.0/8, ::1 ,192.0.2.7",
                "ECHOMESH_ECHO_ENDPOINTS_0_ALLOW", ""));

    assertThat(loaded.config().tester().allow())
        .isEqualTo(AllowList.of("10.0.0.0/8", "::1", "192.0.2.7"));
    assertThat(endpoints(loaded).get(0).allow().blocks()).isEmpty();
  }

  @Test
  void shouldSplitListsOnTheCommandLineAtCommas() {
    LoadedConfig loaded =
        load(ONE_ENDPOINT, Map.of(), "mesh.peers=n1,n2:7900", "tester.allow=[10.0.0.0/8, '::1']");

    assertThat(loaded.config().mesh().peers())
        .containsExactly(new SocketTarget("n1", 7800), new SocketTarget("n2", 7900));
    assertThat(loaded.config().tester().allow()).isEqualTo(AllowList.of("10.0.0.0/8", "::1"));
  }

  @Test
  void shouldAddEndpointsFromTheEnvironmentInTheOrderOfTheirIndices() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (int i = 11; i > 0; i--) {
      environment.put("ECHOMESH_ECHO_ENDPOINTS_" + i + "_PORT", "" + (7000 + i));
      environment.put("ECHOMESH_ECHO_ENDPOINTS_" + i + "_NAME", "e" + i);
    }

    assertThat(endpoints(load(ONE_ENDPOINT, environment)))
        .extracting(EndpointConfig::name)
        .containsExactly("a", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9", "e10", "e11");
  }

  @ParameterizedTest
  @CsvSource({
    "ECHOMESH_SERVICE_HOST, 10.0.0.1",
    "ECHOMESH_SERVICE_PORT_ECHO, 1234",
    "ECHOMESH_PORT, tcp://10.0.0.1:1234",
    "ECHOMESH_PORT_1234_TCP_ADDR, 10.0.0.1",
    "ECHOMESH_WEB_PORT, tcp://10.0.0.1:8080",
    "ECHOMESH_WEB_PORT_8080_TCP_PROTO, tcp",
    "ECHOMESH_ECHO_PROT, 7",
    "ECHOMESH_ECHO, x",
    "ECHOMESH_ECHO_ENDPOINTS_X_PORT, 7",
    "ECHOMESH_, 7"
  })
  void shouldOnlyWarnOfVariablesThatNameNoKey(String name, String value) {
    LoadedConfig loaded = load(ONE_ENDPOINT, Map.of(name, value));

    assertThat(loaded.warnings()).singleElement().asString().startsWith(name + ": ");
    assertThat(loaded.config()).isEqualTo(load(ONE_ENDPOINT, Map.of()).config());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ECHOMESH_LOG_FORMAT",
        "ECHOMESH_LOG_LEVEL",
        "ECHOMESH_TOKEN",
        "echomesh_node_name",
        "HOME"
      })
  void shouldLeaveVariablesOfOthersAlone(String name) {
    assertThat(load("", Map.of(name, "x")).warnings()).isEmpty();
  }

  @Test
  void shouldAppendWhenIndexIsTheNextFreeOne() {
    LoadedConfig loaded =
        load(
            ONE_ENDPOINT,
            Map.of(),
            "echo.endpoints[1].name=b",
            "echo.endpoints[1].port=2",
            "echo.endpoints[2]={name: c, port: 3, allow: ['::1']}",
            "tester.allow[2]=192.0.2.0/24");

    assertThat(endpoints(loaded)).extracting(EndpointConfig::port).containsExactly(1, 2, 3);
    assertThat(loaded.config().tester().allow())
        .isEqualTo(AllowList.of("127.0.0.0/8", "::1", "192.0.2.0/24"));
  }

  @Test
  void shouldReplaceWholePartsWhenSetNamesThem() {
    LoadedConfig loaded =
        load(ONE_ENDPOINT, Map.of(), "echo={maxConnections: 5}", "node.name='a'", "node.zone=");

    assertThat(endpoints(loaded).get(0).name()).isEqualTo("echo");
    assertThat(loaded.config().echo().maxConnections()).isEqualTo(5);
    assertThat(loaded.config().name()).isEqualTo("a");
    assertThat(loaded.config().zone()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo.endpoints[2].port=7 | echo.endpoints[2].port: index 2 (expected 0 to 1, the next free"
            + " one) (from --set)",
        "echo.endpoints[0].prot=7 | echo.endpoints[0].prot: unknown key (did you mean port?)"
            + " (from --set)",
        "echo.endpoints[0].port=70000 | echo.endpoints[0].port: 70000 (expected 0 to 65535)"
            + " (from --set)",
        "echo.endpoints[0].port= | echo.endpoints[0].port: no value (expected 0 to 65535)"
            + " (from --set)",
        "echo.endpoints.port=7 | echo.endpoints.port: unknown key (expected a list, so an index such"
            + " as [0] after echo.endpoints) (from --set)",
        "node.name.x=7 | node.name.x: unknown key (expected no further step after node.name)"
            + " (from --set)",
        "node[0]=7 | node[0]: unknown key (expected no further step after node) (from --set)",
        "echo..endpoints=7 | echo..endpoints: echo..endpoints (expected a key such as"
            + " echo.endpoints[0].port) (from --set)",
        "echo.endpoints[-1]=7 | echo.endpoints[-1]: echo.endpoints[-1] (expected a key such as"
            + " echo.endpoints[0].port) (from --set)",
        "tester={allow: [ | tester: {allow: [ (expected a YAML value) (from --set)",
        "=7 | --set: =7 (expected KEY=VALUE)",
        "echo | --set: echo (expected KEY=VALUE)"
      })
  void shouldSayWhatIsWrongWithASet(String set, String problem) {
    assertThat(BadConfigTest.problems(ONE_ENDPOINT, Map.of(), set)).containsExactly(problem);
  }

  @Test
  void shouldSayWhatIsWrongWithAVariable() {
    assertThat(
            BadConfigTest.problems(
                ONE_ENDPOINT,
                Map.of(
                    "ECHOMESH_ECHO_ENDPOINTS_0_PORT", "70000",
                    "ECHOMESH_ECHO_ENDPOINTS_3_PORT", "7",
                    "ECHOMESH_TESTER_ALLOW", "::1,nowhere")))
        .containsExactlyInAnyOrder(
            "echo.endpoints[0].port: 70000 (expected 0 to 65535)"
                + " (from ECHOMESH_ECHO_ENDPOINTS_0_PORT)",
            "echo.endpoints[3].port: index 3 (expected 0 to 1, the next free one)"
                + " (from ECHOMESH_ECHO_ENDPOINTS_3_PORT)",
            "tester.allow[1]: nowhere (expected an IP address or a block such as 10.0.0.0/8 or"
                + " 2001:db8::/32, with no bit set behind the prefix) (from ECHOMESH_TESTER_ALLOW)");
  }

  @Test
  void shouldBlameTheLayerThatLeftAnEndpointIncomplete() {
    assertThat(BadConfigTest.problems(ONE_ENDPOINT, Map.of(), "echo.endpoints[1].port=7"))
        .containsExactly(
            "echo.endpoints[1].name: missing (expected 1 to 63 letters, digits, dots, hyphens or"
                + " underscores) (from --set)");
  }
}
