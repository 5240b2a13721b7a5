package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.config.Transport;
import dev.echomesh.testing.Checks;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.NettyExampleEcho;
import dev.echomesh.testing.PipeToEcho;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.ServerProgram;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of servers in the world comes out again. */
class KnownServersIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  @Test
  void shouldFindNothingWrongWithAnEndpointOfOurs() {
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0}]}")) {
      CheckReport report =
          Checks.all(
              "127.0.0.1:" + node.port("e"),
              List.of(),
              new JsonObject().put("idle", "100ms").put("timeout", "20s"));

      assertThat(report.results())
          .filteredOn(result -> result.verdict() != CheckVerdict.PASS)
          .singleElement()
          .satisfies(
              tls -> {
                assertThat(tls.check().key()).isEqualTo("tls");
                assertThat(tls.verdict()).isEqualTo(CheckVerdict.SKIPPED);
              });
      assertThat(report.passed()).isTrue();
    }
  }

  @Test
  void shouldFindNothingWrongWithATlsEndpointOfOurs() {
    try (LocalNode node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - name: e
                  host: 127.0.0.1
                  port: 0
                  tls: {certFile: %s, keyFile: %s}
            """
                .formatted(CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey()))) {
      String target = "localhost:" + node.port("e");
      JsonObject request =
          new JsonObject()
              .put("timeout", "60s")
              .put("deadline", "150s")
              .put("idle", "100ms")
              .put("tls", new JsonObject().put("caFile", CERTIFICATES.ca().toString()));
      CheckReport report = Checks.all(target, List.of(), request);

      assertThat(report.results())
          .filteredOn(result -> result.verdict() != CheckVerdict.PASS)
          .singleElement()
          .satisfies(urgent -> assertThat(urgent.check().key()).isEqualTo("urgent"));
      assertThat(report.results().get(1).evidence())
          .anyMatch(line -> line.startsWith("TLSv1.3, TLS_"))
          .anyMatch(line -> line.startsWith("certificate of CN="))
          .contains("the server announced its end with close_notify");
      assertThat(report.results().get(report.results().size() - 1).evidence())
          .containsExactly(
              "1,000 connections at once, 16,384 bytes on each, every one got its own");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void shouldFailTheEchoOfEveryVertxTutorialForItsHalfClose(Transport transport) {
    try (PipeToEcho server = PipeToEcho.start(transport)) {
      assertLosesTheTail("127.0.0.1:" + server.port());
    }
  }

  @Test
  void shouldFailNettysExampleEchoForItsHalfClose() {
    try (NettyExampleEcho server = NettyExampleEcho.start()) {
      assertLosesTheTail("127.0.0.1:" + server.port());
    }
  }

  @Test
  void shouldFailNcatWithCatForAByteLostAfterAHalfClose() {
    Programs.requireProgram("ncat");
    int port = FreePorts.one();
    try (ServerProgram server =
        ServerProgram.start(
            port, "ncat", "-l", "127.0.0.1", Integer.toString(port), "-k", "-e", "/bin/cat")) {
      CheckResult result = Checks.one("half-close", server.target());

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0)).startsWith("of 1 byte sent before a FIN 0 came back");
    }
  }

  @Test
  void shouldFailSocatForHangingOnFourMegabytesAndNoLess() {
    Programs.requireProgram("socat");
    int port = FreePorts.one();
    try (ServerProgram server =
        ServerProgram.start(
            port, "socat", "TCP4-LISTEN:" + port + ",bind=127.0.0.1,fork,reuseaddr", "PIPE")) {
      String target = server.target();

      assertThat(Checks.one("half-close", target, new JsonObject().put("gentle", true)))
          .matches(gentle -> gentle.verdict() == CheckVerdict.PASS, "passes up to 1 MiB");
      CheckResult result = Checks.one("half-close", target);
      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0))
          .matches(
              "of (4|16),\\d{3},\\d{3} bytes sent before a FIN [\\d,]+ came back, then nothing for 1s");
    }
  }

  private static void assertLosesTheTail(String target) {
    CheckResult result = Checks.one("half-close", target);

    assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
    assertThat(result.evidence().get(0))
        .matches("of [\\d,]+ bytes sent before a FIN [\\d,]+ came back, then .*");
  }
}
