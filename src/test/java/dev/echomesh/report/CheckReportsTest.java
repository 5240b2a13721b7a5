package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.bus.TestReport.Environment;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** How the report of checks is shown. */
class CheckReportsTest {
  private static final String HOSTILE = "alert: <b>&\"' \u0000\u001b[31m\ufffe]]> \ud800 é";

  @Test
  void shouldPrintATableWithTheReasonOfAFailure() {
    assertThat(CheckText.render(report()))
        .isEqualTo(
            """
            FAIL 127.0.0.1:7  1 passed, 1 failed, 1 inconclusive, 1 skipped, 2.0 s

            handshake     PASS           connected
            tls           skipped        TLS was not asked for
            half-close    FAIL           of 2 bytes 1 came back
                                         1 byte was fine
                                         A server that closes at the client's FIN loses what was not sent by then.
                                         See RFC 9293 §3.6.1.
            idle          inconclusive   alert: <b>&"' \ufffd\ufffd[31m\ufffd]]> \ufffd é
            """);
  }

  @Test
  void shouldListEveryCheck() {
    assertThat(CheckText.list(List.of(CheckName.values())).lines())
        .hasSize(11)
        .contains(
            "half-close    A server that closes at the client's FIN loses what was not sent by then."
                + " (RFC 9293 §3.6.1)");
  }

  @Test
  void shouldWriteWellFormedXmlWhateverTheServerSaid() throws Exception {
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    JunitXml.render(report()).getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();

    assertThat(suite.getTagName()).isEqualTo("testsuite");
    assertThat(suite.getAttribute("name")).isEqualTo("echomesh check 127.0.0.1:7");
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("2");
    assertThat(suite.getAttribute("time")).isEqualTo("2.000");
    assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-11-24T12:00:00");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(4);
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertThat(((Element) failure.getParentNode()).getAttribute("name")).isEqualTo("half-close");
    assertThat(failure.getAttribute("message")).isEqualTo("of 2 bytes 1 came back");
    assertThat(failure.getTextContent()).contains("1 byte was fine");
    Element open = (Element) suite.getElementsByTagName("skipped").item(1);
    assertThat(open.getAttribute("message")).startsWith("inconclusive: alert: <b>&\"'");
  }

  @Test
  void shouldSayTheSameInJson() {
    assertThat(CheckReport.fromJson(new JsonObject(report().toJson().encode())).toJson().encode())
        .isEqualTo(report().toJson().encode());
    assertThat(report().toJson().getString("schema")).isEqualTo("echomesh.check/1");
    assertThat(report().toJson().getString("verdict")).isEqualTo("fail");
  }

  private static CheckReport report() {
    return new CheckReport(
        "1",
        Instant.parse("2026-11-24T12:00:00.5Z"),
        2,
        "",
        CheckRequest.fromJson(new JsonObject().put("target", "127.0.0.1:7")),
        List.of(
            new CheckResult(CheckName.HANDSHAKE, CheckVerdict.PASS, List.of("connected"), 0.1),
            new CheckResult(
                CheckName.TLS, CheckVerdict.SKIPPED, List.of("TLS was not asked for"), 0),
            new CheckResult(
                CheckName.HALF_CLOSE,
                CheckVerdict.FAIL,
                List.of("of 2 bytes 1 came back", "1 byte was fine"),
                1),
            new CheckResult(CheckName.IDLE, CheckVerdict.INCONCLUSIVE, List.of(HOSTILE), 0.9)),
        new Environment("1", "17", "epoll", "Linux"));
  }
}
