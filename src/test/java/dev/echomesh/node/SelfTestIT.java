package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.TestCertificates;
import org.junit.jupiter.api.Test;

/** What a node does not hold against its own endpoints. */
class SelfTestIT {
  @Test
  void shouldLeaveOutWhatWouldNotServeThisNode() {
    TestCertificates certificates = TestCertificates.shared();
    String yaml =
        """
        echo:
          endpoints:
            - {name: open, port: 0, allow: [127.0.0.1/32]}
            - {name: any, port: 0, host: 0.0.0.0, allow: [127.0.0.0/8]}
            - {name: foreign, port: 0, host: 0.0.0.0, allow: [10.0.0.0/8]}
            - {name: faulty, port: 0, faults: {delay: 1ms}}
            - {name: mutual, port: 0, tls: {certFile: %s, keyFile: %s, clientCaFile: %s}}
        """
            .formatted(
                certificates.serverCertificate(), certificates.serverKey(), certificates.ca());
    try (LocalNode node = LocalNode.start(yaml)) {
      assertThat(LocalNode.await(node.node().selfTest()))
          .extracting(SelfTestIT::verdict)
          .containsExactly(
              "true",
              "true",
              "its allow-list leaves this node out",
              "it has faults: delay=1ms",
              "it asks for a client certificate");
    }
  }

  private static String verdict(SelfTest.Result result) {
    return result.report() == null
        ? String.valueOf(result.skipped())
        : String.valueOf(result.report().passed());
  }
}
