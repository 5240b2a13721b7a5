package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One bad input for each rule, and the line that the user reads. */
class BadConfigTest {
  static List<String> problems(String yaml, Map<String, String> environment, String... sets) {
    InvalidConfigException e =
        catchThrowableOfType(
            InvalidConfigException.class,
            () -> ConfigLoader.parse(yaml, Path.of("x.yaml"), environment, List.of(sets)));
    assertThat(e).as("nothing was wrong with %s", yaml).isNotNull();
    assertThat(e).hasMessage(String.join("\n", e.problems()));
    return e.problems();
  }

  private static Arguments bad(String yaml, String... problems) {
    return Arguments.of(yaml, List.of(problems));
  }

  private static Arguments endpoint(String rest, String problem) {
    return bad(
        "echo:\n  endpoints:\n    - name: a\n      port: 1\n      " + rest + "\n",
        "echo.endpoints[0]." + problem);
  }

  static Stream<Arguments> badFiles() {
    String duration = "(expected a duration such as 250ms, 10s, 5m or 1h)";
    String name = "(expected 1 to 63 letters, digits, dots, hyphens or underscores)";
    String block =
        "(expected an IP address or a block such as 10.0.0.0/8 or 2001:db8::/32, with no bit set"
            + " behind the prefix)";
    return Stream.of(
        // types and ranges
        bad(
            "echo:\n  endpoints:\n    - {name: a, port: 70000}",
            "echo.endpoints[0].port: 70000 (expected 0 to 65535) (from x.yaml:3)"),
        bad(
            "echo:\n  endpoints:\n    - name: a\n      port: -1",
            "echo.endpoints[0].port: -1 (expected 0 to 65535) (from x.yaml:4)"),
        bad(
            "echo: {endpoints: [{name: a, port: \"1234\"}]}",
            "echo.endpoints[0].port: \"1234\" (expected 0 to 65535, without quotes)"
                + " (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: 12.5}]}",
            "echo.endpoints[0].port: 12.5 (expected 0 to 65535, a whole number) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: 12.0}]}",
            "echo.endpoints[0].port: 12.0 (expected 0 to 65535, a whole number) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: true}]}",
            "echo.endpoints[0].port: true (expected 0 to 65535) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: }]}",
            "echo.endpoints[0].port: no value (expected 0 to 65535) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: 010}]}",
            "echo.endpoints[0].port: 010 (expected 0 to 65535) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a, port: 99999999999999999999}]}",
            "echo.endpoints[0].port: 99999999999999999999 (expected 0 to 65535) (from x.yaml:1)"),
        bad(
            "echo: {endpoints: [{name: a}, {port: 1}, 7]}",
            "echo.endpoints[0].port: missing (expected 0 to 65535) (from x.yaml:1)",
            "echo.endpoints[1].name: missing " + name + " (from x.yaml:1)",
            "echo.endpoints[2]: 7 (expected a section with name, host, port, mode, frameLength,"
                + " timestamps, backlog, idleTimeout, stallTimeout, maxConnections,"
                + " maxConnectionsPerAddress, acceptRate, allow, tls, faults)"
                + " (from x.yaml:1)"),
        bad("metrics:", "metrics: no value (expected a section with enabled) (from x.yaml:1)"),
        bad("metrics: [1]", "metrics: [1] (expected a section with enabled) (from x.yaml:1)"),
        bad(
            "metrics: {enabled: yes}",
            "metrics.enabled: yes (expected true or false) (from x.yaml:1)"),
        bad(
            "metrics: {enabled: 'true'}",
            "metrics.enabled: \"true\" (expected true or false, without quotes) (from x.yaml:1)"),
        bad("echo: {endpoints: 5}", "echo.endpoints: 5 (expected a list) (from x.yaml:1)"),
        bad(
            "node: {zone: 7}",
            "node.zone: 7 (expected text of up to 255 characters, in quotes)" + " (from x.yaml:1)"),
        bad(
            "node: {transport: kqueue}",
            "node.transport: kqueue (expected one of auto, epoll, io_uring, nio) (from x.yaml:1)"),
        bad("node: {name: a b}", "node.name: a b " + name + " (from x.yaml:1)"),
        bad("node: {name: ''}", "node.name: \"\" " + name + " (from x.yaml:1)"),
        bad(
            "echo: {instances: 0}",
            "echo.instances: 0 (expected 1 to 1024 or auto) (from x.yaml:1)"),
        bad(
            "echo: {instances: many}",
            "echo.instances: many (expected 1 to 1024 or auto) (from x.yaml:1)"),
        bad(
            "echo: {maxConnections: -1}",
            "echo.maxConnections: -1 (expected 0 to 2147483647) (from x.yaml:1)"),
        bad("echo: {drainTimeout: 10}", "echo.drainTimeout: 10 " + duration + " (from x.yaml:1)"),
        bad("echo: {drainTimeout: 1d}", "echo.drainTimeout: 1d " + duration + " (from x.yaml:1)"),
        bad(
            "tester: {maxDuration: 0s}",
            "tester.maxDuration: 0s (expected a duration above zero, such as 250ms, 10s, 5m or 1h)"
                + " (from x.yaml:1)"),
        bad("tester: {maxRate: 0}", "tester.maxRate: 0 (expected 1 to 2147483647) (from x.yaml:1)"),
        bad(
            "tester: {maxRuns: 2147483648}",
            "tester.maxRuns: 2147483648 (expected 1 to 2147483647) (from x.yaml:1)"),
        bad(
            "tester: {allow: 10.0.0.0/8}",
            "tester.allow: 10.0.0.0/8 (expected a list of IP addresses or blocks)"
                + " (from x.yaml:1)"),
        bad(
            "tester: {allow: ['::1', 10.0.0.1/8]}",
            "tester.allow[1]: 10.0.0.1/8 " + block + " (from x.yaml:1)"),
        endpoint(
            "host: 'a b'", "host: a b (expected an IP address or a host name) (from x.yaml:5)"),
        endpoint("mode: echo", "mode: echo (expected one of stream, framed) (from x.yaml:5)"),
        endpoint(
            "frameLength: 31",
            "frameLength: 31 (expected 32 to 1048576 bytes, such as 64, 64KiB or 1MiB)"
                + " (from x.yaml:5)"),
        endpoint(
            "frameLength: 2MiB",
            "frameLength: 2MiB (expected 32 to 1048576 bytes, such as 64, 64KiB or 1MiB)"
                + " (from x.yaml:5)"),
        endpoint(
            "frameLength: 64kb",
            "frameLength: 64kb (expected 32 to 1048576 bytes, such as 64, 64KiB or 1MiB)"
                + " (from x.yaml:5)"),
        endpoint("backlog: 65536", "backlog: 65536 (expected 0 to 65535) (from x.yaml:5)"),
        endpoint("idleTimeout: 5 s", "idleTimeout: 5 s " + duration + " (from x.yaml:5)"),
        endpoint("allow: ['::/0', 300.1.1.1]", "allow[1]: 300.1.1.1 " + block + " (from x.yaml:5)"),
        // keys without effect are checked for their form
        bad("web: {port: 65536}", "web.port: 65536 (expected 0 to 65535) (from x.yaml:1)"),
        bad(
            "probes: [{name: p}]",
            "probes[0].target: missing (expected HOST:PORT, [IPv6]:PORT or HOST:SERVICE) (from"
                + " x.yaml:1)"),
        bad(
            "probes: [{name: p, target: h}]",
            "probes[0].target: h (expected HOST:PORT, [IPv6]:PORT or HOST:SERVICE) (from"
                + " x.yaml:1)"),
        bad(
            "probes: [{name: p, target: \"h:1\"}, {name: p, target: \"h:2\"}]",
            "probes[1].name: p (expected a name that probes[0] does not have) (from x.yaml:1)"),
        bad(
            "probes: [{name: p, target: \"h:1\", every: 0s}]",
            "probes[0].every: 0s (expected a duration above zero, such as 250ms, 10s, 5m or 1h)"
                + " (from x.yaml:1)"),
        bad(
            "mesh: {probing: {maxBytes: 1}}",
            "mesh.probing.maxBytes: 1 (expected 1KiB to 1024GiB, such as 65536, 64KiB or 1MiB)"
                + " (from x.yaml:1)"),
        bad(
            "bridge: {tcp: 1}",
            "bridge.tcp: 1 (expected a section with enabled, host, port,"
                + " tokenFile, idleTimeout, maxConnections, tls) (from x.yaml:1)"),
        bad(
            "bridge: {tcp: {enabled: true, host: 0.0.0.0}}",
            "bridge.tcp.host: 0.0.0.0 (expected a loopback address, or bridge.tcp.tokenFile or"
                + " bridge.tcp.tls.clientCaFile) (from x.yaml:1)"),
        bad(
            "verticles: [1]",
            "verticles[0]: 1 (expected a section with name, file, instances, config)"
                + " (from x.yaml:1)"),
        bad(
            "verticles: [{name: v, file: v.py}]",
            "verticles[0].file: v.py (expected the name of a file that ends in .groovy or .js)"
                + " (from x.yaml:1)"),
        bad(
            "verticles: [{name: v, file: none.js, config: 7}]",
            "verticles[0].config: 7 (expected a section) (from x.yaml:1)",
            "verticles[0].file: none.js (expected a readable file) (from x.yaml:1)"),
        bad(
            "verticles:\n- {name: v, file: conf/verticles/upper.js}\n"
                + "- {name: v, file: conf/verticles/upper.js, instances: 0}",
            "verticles[1].instances: 0 (expected 1 to 1024) (from x.yaml:3)",
            "verticles[1].name: v (expected a name that verticles[0] does not have)"
                + " (from x.yaml:3)"),
        endpoint(
            "faults: {drop: 1/0}",
            "faults.drop: 1/0 (expected each n-th such as 1/100, or a probability such as 0.01 or 1%)"
                + " (from x.yaml:5)"),
        endpoint(
            "faults: {drop: []}",
            "faults.drop: [] (expected each n-th such as 1/100, or a probability such as 0.01 or 1%)"
                + " (from x.yaml:5)"),
        endpoint(
            "faults: {drpo: 1}", "faults.drpo: unknown key (did you mean drop?) (from x.yaml:5)"),
        endpoint(
            "faults: {onAccept: explode}",
            "faults.onAccept: explode (expected one of serve, refuse, silent, stop-reading,"
                + " half-close) (from x.yaml:5)"),
        endpoint(
            "faults: {stallFor: 1s}",
            "faults.stallFor: 1s (expected above 0s and less than stallEvery) (from x.yaml:5)"),
        endpoint(
            "faults: {jitter: 1s}",
            "faults.jitter: 1s (expected at most delay, where it is uniform) (from x.yaml:5)"),
        endpoint(
            "faults: {segment: 2MiB}",
            "faults.segment: 2MiB (expected 1 to 1048576) (from x.yaml:5)"),
        endpoint("timestamps: 1", "timestamps: 1 (expected true or false) (from x.yaml:5)"),
        endpoint(
            "timestamps: true",
            "timestamps: true (expected true only in mode framed) (from x.yaml:5)"),
        endpoint(
            "timestamps: true\n      mode: framed\n      frameLength: 47",
            "frameLength: 47 (expected 48 bytes or more with timestamps) (from x.yaml:7)"),
        // keys
        endpoint("prot: 7", "prot: unknown key (did you mean port?) (from x.yaml:5)"),
        bad(
            "port: 7",
            "port: unknown key (expected one of node, echo, tester, probes, mesh, web, bridge,"
                + " verticles, metrics) (from x.yaml:1)"),
        bad(
            "'a~/%\\n': 7",
            "a~/%\\n: unknown key (expected one of node, echo, tester, probes,"
                + " mesh, web, bridge, verticles, metrics) (from x.yaml:1)"),
        bad(
            "node: {name: a}\n\nnode: {zone: b}",
            "node: given twice (expected once, first on line 1) (from x.yaml:3)"),
        // YAML
        bad(
            "echo:\n\tendpoints: []",
            "x.yaml:2:1: found character '\\t(TAB)' that cannot start any token. (Do not use"
                + " \\t(TAB) for indentation) (expected YAML)"),
        bad(
            "echo: {endpoints: [{name: a, po",
            "x.yaml:1:32: expected ',' or '}', but got <stream end> (expected YAML)"),
        bad("a: 1\n---\nb: 2", "x.yaml:2:1: but found another document (expected YAML)"),
        bad("echo: \u0001", "x.yaml: special characters are not allowed (expected YAML)"),
        bad(
            "- echo",
            "x.yaml:1: not a section (expected a section with node, echo, tester, probes, mesh,"
                + " web, bridge, verticles, metrics)"),
        bad(
            "node: {name: !!int 7}",
            "node.name: tag tag:yaml.org,2002:int (expected a value without a tag)"
                + " (from x.yaml:1)"),
        bad(
            "node: &a {zone: *a}",
            "node.zone: an alias of itself (expected a value that ends) (from x.yaml:1)"),
        bad(
            """
            a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
            """,
            "x.yaml: more than 10000 values, counting those of aliases (expected YAML)"),
        bad(
            "node: {[1]: 2}",
            "node: a list or section as key (expected a name as key) (from x.yaml:1)"),
        // what endpoints may not share
        bad(
            "echo: {endpoints: [{name: a, port: 1}, {name: a, port: 2}]}",
            "echo.endpoints[1].name: a (expected a name that echo.endpoints[0] does not have)"
                + " (from x.yaml:1)"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void shouldNameKeyValueAndExpectationWhenFileIsWrong(String yaml, List<String> expected) {
    assertThat(problems(yaml, Map.of())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1, localhost",
    "127.0.0.1, 0.0.0.0",
    "::, 127.0.0.1",
    "::, 0.0.0.0",
    "::1, 0:0:0:0:0:0:0:1",
    "::1, ::",
    "host.example, HOST.example",
    "host.example, 0.0.0.0"
  })
  void shouldRefuseTwoEndpointsOnOneSocket(String one, String other) {
    assertThat(problems(pair(one, other, 7), Map.of()))
        .containsExactly(
            "echo.endpoints[1].port: 7 (expected a port that echo.endpoints[0] does not use)"
                + " (from x.yaml:3)");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.2, 7",
    "::1, 0.0.0.0, 7",
    "one.example, two.example, 7",
    "127.0.0.1, 127.0.0.1, 0"
  })
  void shouldAcceptTwoEndpointsThatDoNotMeet(String one, String other, int port) {
    assertThat(
            ConfigLoader.parse(pair(one, other, port), Path.of("x"), Map.of(), List.of())
                .config()
                .echo()
                .endpoints())
        .hasSize(2);
  }

  @Test
  void shouldReportEverythingAtOnceWhenSeveralThingsAreWrong() {
    String yaml =
        """
        node:
          nmae: x
        echo:
          drainTimeout: soon
          endpoints:
            - name: a
              port: 7
            - name: a
              port: 7
              tls: {certFile: /nowhere.crt}
        """;

    assertThat(problems(yaml, Map.of("ECHOMESH_TESTER_MAXRUNS", "none"), "mesh.prt=1", "x"))
        .containsExactlyInAnyOrder(
            "node.nmae: unknown key (did you mean name?) (from x.yaml:2)",
            "echo.drainTimeout: soon (expected a duration such as 250ms, 10s, 5m or 1h)"
                + " (from x.yaml:4)",
            "echo.endpoints[1].name: a (expected a name that echo.endpoints[0] does not have)"
                + " (from x.yaml:8)",
            "echo.endpoints[1].port: 7 (expected a port that echo.endpoints[0] does not use)"
                + " (from x.yaml:9)",
            "echo.endpoints[1].tls.keyFile: missing (expected the name of a file) (from x.yaml:10)",
            "echo.endpoints[1].tls.certFile: /nowhere.crt (expected a readable PEM file)"
                + " (from x.yaml:10)",
            "tester.maxRuns: none (expected 1 to 2147483647) (from ECHOMESH_TESTER_MAXRUNS)",
            "mesh.prt: unknown key (did you mean port?) (from --set)",
            "--set: x (expected KEY=VALUE)");
  }

  private static String pair(String one, String other, int port) {
    return """
        echo: {endpoints: [
          {name: a, port: %d, host: '%s'},
          {name: b, port: %d, host: '%s'}]}
        """
        .formatted(port, one, port, other);
  }
}
