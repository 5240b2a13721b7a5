package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeConfigBuilderTest {
  @Test
  void shouldHaveTheDefaultsOfTheFileAndNoEndpointUnasked() {
    NodeConfig built = NodeConfig.builder().name("n").build();
    NodeConfig loaded =
        ConfigLoader.parse(
                "echo: {endpoints: []}", Path.of("x.yaml"), Map.of(), List.of("node.name=n"))
            .config();

    assertThat(built.echo().endpoints()).isEmpty();
    assertThat(built).isEqualTo(loaded);
  }

  @Test
  void shouldTakeWhatIsSaid() {
    Faults faults = Faults.of(Map.of("drop", "1/10", "delay", "5ms"));

    NodeConfig config =
        NodeConfig.builder()
            .name("n")
            .transport(Transport.NIO)
            .testerMayReach("10.0.0.0/8")
            .set("echo.drainTimeout", "1s")
            .endpoint("plain", e -> e.port(0).host("::1").idleTimeout(Duration.ofSeconds(3)))
            .endpoint("framed", e -> e.port(7).framed(128).faults(faults).set("maxConnections", 9))
            .build();

    assertThat(config.transport()).isEqualTo(Transport.NIO);
    assertThat(config.tester().allow()).hasToString("10.0.0.0/8");
    assertThat(config.echo().drainTimeout()).isEqualTo(Duration.ofSeconds(1));
    EndpointConfig plain = config.echo().endpoints().get(0);
    assertThat(plain.host()).isEqualTo("::1");
    assertThat(plain.mode()).isEqualTo(EndpointMode.STREAM);
    assertThat(plain.idleTimeout()).isEqualTo(Duration.ofSeconds(3));
    EndpointConfig framed = config.echo().endpoints().get(1);
    assertThat(framed.frameLength()).isEqualTo(128);
    assertThat(framed.faults()).isEqualTo(faults);
    assertThat(framed.maxConnections()).isEqualTo(9);
  }

  @Test
  void shouldNameEverythingThatIsWrongAsInTheFile() {
    NodeConfigBuilder builder =
        NodeConfig.builder()
            .set("node.nmae", "a")
            .endpoint("a", e -> e.port(70_000))
            .endpoint("b", e -> {});

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("echo.endpoints[0].port: 70000 (expected 0 to 65535)")
        .hasMessageContaining("echo.endpoints[1].port: missing")
        .hasMessageContaining("node.nmae: unknown key");
  }

  @Test
  void shouldBuildTheSameAgain() {
    NodeConfigBuilder builder = NodeConfig.builder().endpoint("a", e -> e.port(0));

    assertThat(builder.build()).isEqualTo(builder.build());
  }
}
