package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged input is refused in the user's words, never by an exception of another kind. */
class MutatedConfigTest {
  private static final String WHOLE =
      """
      node: {name: n, zone: "z", rack: 'r', transport: auto}
      echo:
        instances: auto
        maxConnections: 0
        drainTimeout: 10s
        endpoints:
          - {name: a, port: 7, frameLength: 64KiB, allow: ["::1", 10.0.0.0/8], faults: {delay: 1ms, drop: 1/9}}
          - name: b
            port: 8
            tls: {certFile: c, keyFile: k}
      tester: {allow: &a [127.0.0.1], maxRate: 5}
      probes: [{name: p, target: "h:1", every: 5s}]
      mesh: {peers: [x], tls: {certFile: c, keyFile: k}}
      verticles: [{name: w, file: w.js, config: {a: 1}}]
      metrics:
        enabled: true
      """;
  private static final List<String> PIECES =
      List.of(
          "",
          " ",
          "\n",
          "  ",
          "[",
          "]",
          "{",
          "}",
          ":",
          ": ",
          "- ",
          ",",
          "*a",
          "&a ",
          "~",
          "0",
          "-",
          "9999999999",
          "1.5",
          "true",
          "'",
          "\"",
          "#",
          "!x ",
          "|",
          "\t",
          "%",
          "/",
          "?",
          "\u0000",
          "echo",
          "name: ",
          "é");
  private static final List<String> SETS =
      List.of(
          "echo.endpoints[1].port=9", "node.name=x", "tester.allow[1]=::1", "echo.endpoints=[]");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldRefuseDamageInTheUsersWords(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      String yaml = mutated(random);
      try {
        ConfigLoader.parse(
            yaml,
            Path.of("x.yaml"),
            Map.of("ECHOMESH_ECHO_ENDPOINTS_0_PORT", PIECES.get(random.nextInt(PIECES.size()))),
            SETS.subList(0, random.nextInt(SETS.size() + 1)));
      } catch (InvalidConfigException e) {
        assertThat(e.problems())
            .as("seed %d, %s", seed, yaml)
            .isNotEmpty()
            .allMatch(problem -> problem.contains(" (") && !problem.contains("\n"));
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + yaml, e);
      }
    }
  }

  private static String mutated(Random random) {
    StringBuilder yaml = new StringBuilder(WHOLE);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int from = random.nextInt(yaml.length());
      int to = Math.min(yaml.length(), from + random.nextInt(8));
      yaml.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
    }
    return yaml.toString();
  }
}
