package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stamping endpoint tells of the time that frames stayed with it. */
class TimestampsIT {
  private static final int LENGTH = 64;
  private static LocalNode node;

  @BeforeAll
  static void startNode() {
    node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - {name: stamping, port: 0, mode: framed, frameLength: 64, timestamps: true}
                - {name: shortest, port: 0, mode: framed, frameLength: 48, timestamps: true}
                - {name: long, port: 0, mode: framed, frameLength: 64KiB, timestamps: true}
                - {name: plain, port: 0}
                - name: late
                  port: 0
                  mode: framed
                  timestamps: true
                  faults: {delay: 20ms}
            """);
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "stamping, ping, 64",
    "stamping, connect, 64",
    "stamping, stream, 64",
    "shortest, stream, 48",
    "long, stream, 65536"
  })
  void shouldTellResidenceFromPathTimeOfEveryFrame(String endpoint, String mode, String length) {
    CommandRun run =
        test(endpoint, "--timestamps", "--mode", mode, "--frame-length", length, "--count", "500");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertAddsUp(run.json(), 500);
  }

  @Test
  void shouldCallAPeersDelayResidenceAndNotPath() {
    CommandRun run = test("late", "--timestamps", "--count", "20");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertAddsUp(run.json(), 20);
    assertThat(run.json().getJsonObject("residence").getDouble("minMicros"))
        .isGreaterThanOrEqualTo(20_000);
    assertThat(run.json().getJsonObject("path").getDouble("p50Micros")).isLessThan(20_000);
  }

  @Test
  void shouldShowBothInText() {
    CommandRun run =
        CommandRun.of(
            "test", "127.0.0.1:" + node.port("stamping"), "--timestamps", "--count", "20");

    assertThat(run.out()).containsPattern("residence +20 ").containsPattern("path +20 ");
  }

  @Test
  void shouldVerifyEveryByteOfAPeerThatStampsNothing() {
    CommandRun run = test("plain", "--timestamps", "--count", "20");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json().getValue("residence")).isNull();
    assertThat(run.json().getValue("path")).isNull();
    assertThat(run.json().getJsonArray("notes").toString())
        .contains("residence: no frame came back with stamps");
  }

  @Test
  void shouldNotTakeStampsUnasked() {
    CommandRun run = test("stamping", "--count", "3");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", 0).put("mismatch", 3));
    assertThat(run.json().getJsonArray("reasons").toString())
        .contains("it looks like a stamp, which takes --timestamps");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 23, 40, 63})
  void shouldFindAStampedFrameCorrupt(int offset) {
    Fault fault = stamping(0, 1000, (index, frame) -> frame[offset] ^= (byte) (index == 3 ? 1 : 0));

    assertMismatch(fault);
  }

  /** Sent before it was received, or kept longer than it was away: a minute, of a moment. */
  @ParameterizedTest
  @CsvSource({"1000, 0", "0, 60000000000"})
  void shouldNotTakeTimesThatCannotBe(long received, long sent) {
    assertMismatch(
        stamping(
            0,
            0,
            (index, frame) -> {
              if (index == 3) {
                stamp(frame, received, sent);
              }
            }));
  }

  @Test
  void shouldNeedRoomForStamps() {
    CommandRun run = test("plain", "--timestamps", "--frame-length", "47");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--frame-length: 47 (expected 48 to 1048576");
  }

  private static void assertMismatch(Fault fault) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault)) {
      CommandRun run =
          CommandRun.of("test", peer.target(), "--timestamps", "--count", "10", "--output", "json");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.json().getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 9).put("mismatch", 1));
      assertThat(run.json().getJsonObject("residence").getLong("count")).isEqualTo(9);
    }
  }

  private interface Damage {
    void to(int index, byte[] frame);
  }

  private static Fault stamping(long received, long sent, Damage damage) {
    int[] index = {0};
    return Fault.atEvery(
        (connection, frame) -> {
          stamp(frame, received, sent);
          damage.to(index[0]++, frame);
          connection.write(frame);
        });
  }

  private static void stamp(byte[] frame, long received, long sent) {
    ByteBuffer.wrap(frame).putLong(24, received).putLong(32, sent);
  }

  /** Means add up, where percentiles need not; each sample is rounded to a microsecond, or to 1. */
  private static void assertAddsUp(JsonObject report, long frames) {
    JsonObject residence = report.getJsonObject("residence");
    JsonObject path = report.getJsonObject("path");
    JsonObject rtt = report.getJsonObject("rtt");
    assertThat(residence.getLong("count")).isEqualTo(frames);
    assertThat(path.getLong("count")).isEqualTo(frames);
    double trip = rtt.getDouble("meanMicros");
    assertThat(residence.getDouble("meanMicros") + path.getDouble("meanMicros"))
        .isCloseTo(trip, within(2 + trip * 0.002));
  }

  private static CommandRun test(String endpoint, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", "127.0.0.1:" + node.port(endpoint), "--output", "json");
    Collections.addAll(arguments, options);
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
