package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.Transfer;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportIT {
  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "io_uring", "nio"})
  void shouldEchoOnTheTransportAskedForAndSaySo(String transport) throws IOException {
    String expected = transport.equals("auto") ? (isThere("epoll") ? "epoll" : "nio") : transport;
    Assumptions.assumeTrue(isThere(expected), () -> "this machine has no " + expected);
    try (LocalNode node =
        LocalNode.start(
            """
            node: {transport: %s}
            echo: {endpoints: [{name: echo, port: 0}, {name: framed, port: 0, mode: framed}]}
            """
                .formatted(transport))) {
      assertThat(node.node().transport()).isEqualTo(expected);
      assertThat(node.node().vertx().isNativeTransportEnabled()).isEqualTo(!expected.equals("nio"));

      for (String endpoint : new String[] {"echo", "framed"}) {
        Transfer transfer =
            PlainClient.to(node.port(endpoint)).bytes(64 * 50_000).halfClose().lateReader().run();
        assertThat(transfer.exact()).as("%s", transfer).isTrue();
        assertThat(transfer.sawEnd()).isTrue();
      }
      assertThat(LocalNode.await(node.node().selfTest()))
          .hasSize(2)
          .allSatisfy(result -> assertThat(result.report()).matches(report -> report.passed()));
    }
  }

  private static boolean isThere(String name) {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    return transport != null && transport.available();
  }
}
