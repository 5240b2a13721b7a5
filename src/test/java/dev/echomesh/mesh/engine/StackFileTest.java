package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.spec.SocketTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFileTest {
  private static MeshConfig mesh(@Nullable String dns, @Nullable Path stackFile) {
    return new MeshConfig(
        true,
        "c",
        "10.0.0.1",
        "node.example",
        7800,
        7801,
        7802,
        List.of(new SocketTarget("10.0.0.2", 7800), new SocketTarget("p", 7)),
        dns,
        null,
        stackFile);
  }

  @Test
  void shouldPutTheConfigurationIntoTheStaticStack() {
    assertThat(StackFile.read(mesh(null, null)))
        .contains("bind_addr=\"10.0.0.1\"")
        .contains("external_addr=\"node.example\"")
        .contains("bind_port=\"7800\"")
        .contains("<TCPPING initial_hosts=\"10.0.0.2[7800],p[7]\"")
        .doesNotContain("${", "FD_SOCK");
  }

  @Test
  void shouldTakeTheOtherStackForADnsName() {
    assertThat(StackFile.read(mesh("members.example", null)))
        .contains("<dns.DNS_PING dns_query=\"members.example\"/>")
        .doesNotContain("${", "FD_SOCK", "TCPPING");
  }

  @Test
  void shouldTakeAStackOfTheUsersOwn(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tcp.xml");
    Files.writeString(file, "<config><TCP bind_addr='${echomesh.host}' x='${other:1}'/></config>");

    assertThat(StackFile.read(mesh(null, file)))
        .isEqualTo("<config><TCP bind_addr='10.0.0.1' x='${other:1}'/></config>");

    Files.writeString(file, "<config a='${echomesh.hots}'/>");
    assertThatThrownBy(() -> StackFile.read(mesh(null, file)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("mesh.stackFile: " + file + ": ${echomesh.hots} (expected one of");
  }
}
