package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteAddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echomesh.tester.run",
        "echomesh.tester.check",
        "echomesh.tester.cancel",
        "echomesh.echo.endpoints",
        "echomesh.echo.connections",
        "echomesh.mesh.matrix",
        "echomesh.node.health",
        "echomesh.node.b.tester.run",
        "echomesh.node.b.example.org.echo.endpoints",
        "echomesh.node.b.mesh.path"
      })
  void shouldPermitRequests(String address) {
    assertThat(RemoteAddresses.mayRequest(address)).isTrue();
    assertThat(RemoteAddresses.mayFollow(address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"echomesh.run.1a-2b", "echomesh.reports", "echomesh.mesh.changes"})
  void shouldPermitFollowing(String address) {
    assertThat(RemoteAddresses.mayFollow(address)).isTrue();
    assertThat(RemoteAddresses.mayRequest(address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "echomesh.echo.fault",
        "echomesh.node.b.echo.fault",
        "echomesh.node.b.tester.run.more",
        "echomesh.node.tester.run",
        "echomesh.node.b.mesh.gossip",
        "echomesh.tester.probe",
        "echomesh.node.reload",
        "echomesh-tester-run",
        "echomesh.tester.run\n",
        "echomesh.run.",
        "echomesh.run.*",
        "echomesh.run.a.b",
        "__vertx.reply.1"
      })
  void shouldRefuseEverythingElse(String address) {
    assertThat(RemoteAddresses.mayRequest(address)).isFalse();
    assertThat(RemoteAddresses.mayFollow(address)).isFalse();
  }
}
