package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.Target;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about probes comes back from JSON text as it went in. */
class ProbeMessagesTest {
  @Test
  void shouldCarryRequests() {
    List<ProbeRequest> requests =
        List.of(
            new ProbeRequest.Open(
                Target.parse("[::1]:7"),
                ProbeKind.CONNECT,
                1500,
                Duration.ofMillis(250),
                new ClientTls("ca.pem", "cert.pem", "key.pem", false)),
            new ProbeRequest.Open(
                Target.parse("host:7"), ProbeKind.FRAMES, 32, Duration.ofSeconds(2), null),
            new ProbeRequest.Sample("a", 100, 1 << 20),
            new ProbeRequest.Sample("a", 0, null),
            new ProbeRequest.Close("a"));

    assertThat(requests)
        .allSatisfy(r -> assertThat(ProbeRequest.fromJson(sent(r.toJson()))).isEqualTo(r));
  }

  @Test
  void shouldFillInDefaults() {
    JsonObject open = new JsonObject().put("action", "open").put("target", "host:7");
    JsonObject sample = new JsonObject().put("action", "sample").put("probe", "a");

    assertThat(ProbeRequest.fromJson(open))
        .isEqualTo(
            new ProbeRequest.Open(
                Target.parse("host:7"), ProbeKind.FRAMES, 64, Duration.ofSeconds(2), null));
    assertThat(ProbeRequest.fromJson(sample)).isEqualTo(new ProbeRequest.Sample("a", 1, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; action: missing",
        "{'action': 'look'}; action: look (expected one of open, sample, close)",
        "{'action': 'open'}; target: missing",
        "{'action': 'open', 'target': 'h:7', 'kind': 'udp'}; kind: udp (expected one of frames,",
        "{'action': 'open', 'target': 'h:7', 'frameLength': 31}; frameLength: 31 (expected 32 to",
        "{'action': 'open', 'target': 'h:7', 'timeout': '0s'}; timeout: 0s (expected 1ms to 1h)",
        "{'action': 'sample'}; probe: missing",
        "{'action': 'sample', 'probe': 'a', 'frames': 101}; frames: 101 (expected 0 to 100)",
        "{'action': 'sample', 'probe': 'a', 'frameLength': 1}; frameLength: 1 (expected 32 to",
        "{'action': 'close', 'probe': 7}; probe: 7 (expected a text)"
      })
  void shouldNameTheFieldThatCannotBeUsed(String request, String message) {
    JsonObject json = new JsonObject(request.replace('\'', '"'));

    assertThatThrownBy(() -> ProbeRequest.fromJson(json))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void shouldCarrySamples() {
    ProbeSample all =
        new ProbeSample(
            new Outcomes(Map.of(Outcome.OK, 2L, Outcome.TIMEOUT, 1L)),
            1_000_001L,
            2L,
            List.of(1L, 3_600_000_000L),
            new TcpInfo(1, 2, 3, 4, 1500, 1448),
            "a problem");
    ProbeSample nothing = new ProbeSample(Outcomes.none(), null, null, List.of(), null, null);

    assertThat(ProbeSample.fromJson(sent(all.toJson()))).isEqualTo(all);
    assertThat(ProbeSample.fromJson(sent(nothing.toJson()))).isEqualTo(nothing);
  }

  /** Through text, with a field that this version does not know. */
  private static JsonObject sent(JsonObject json) {
    return new JsonObject(json.encode()).put("ofALaterVersion", new JsonObject());
  }
}
