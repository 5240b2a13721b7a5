package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramePatternTest {
  private static final long SEED = 42;
  private static final int RUN = 0xfedcba98;
  private static final int CONNECTION = 7;
  private static final long SEQUENCE = 0x0123_4567_89ab_cdefL;

  static IntStream lengths() {
    return IntStream.concat(IntStream.rangeClosed(32, 100), IntStream.of(1 << 20));
  }

  @Test
  void shouldBeginWithTheContractsHeader() {
    Buffer frame = new FramePattern(SEED, RUN, 64).frame(CONNECTION, SEQUENCE);

    assertThat(frame.getString(0, 4)).isEqualTo("ECM1");
    assertThat(frame.getInt(4)).isEqualTo(RUN);
    assertThat(frame.getInt(8)).isEqualTo(CONNECTION);
    assertThat(frame.getInt(12)).isEqualTo(64);
    assertThat(frame.getLong(16)).isEqualTo(SEQUENCE);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void shouldPredictEveryByte(int length) {
    FramePattern pattern = new FramePattern(SEED, RUN, length);
    Buffer frame = pattern.frame(CONNECTION, SEQUENCE);

    assertThat(frame.length()).isEqualTo(length);
    for (int offset = 0; offset < length; offset++) {
      if ((frame.getByte(offset) & 0xff) != pattern.byteAt(offset, CONNECTION, SEQUENCE)) {
        throw new AssertionError("byte " + offset + " is not the predicted one");
      }
    }
    assertThat(pattern.firstDifference(frame, CONNECTION, SEQUENCE)).isEqualTo(-1);
    assertThat(pattern.firstDifferenceInPayload(frame, CONNECTION, SEQUENCE)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 33, 39, 40, 63, 64, 100})
  void shouldFindTheFirstWrongByteWhereverItIs(int length) {
    FramePattern pattern = new FramePattern(SEED, RUN, length);
    for (int offset = 0; offset < length; offset++) {
      Buffer frame = pattern.frame(CONNECTION, SEQUENCE);
      for (int i = offset; i < length; i++) {
        frame.setByte(i, (byte) ~frame.getByte(i));
      }
      assertThat(pattern.firstDifference(frame, CONNECTION, SEQUENCE)).isEqualTo(offset);
    }
  }

  @Test
  void shouldFindTheLastByteOfTheLongestFrame() {
    FramePattern pattern = new FramePattern(SEED, RUN, FramePattern.MAX_LENGTH);
    Buffer frame = pattern.frame(CONNECTION, SEQUENCE);
    int last = FramePattern.MAX_LENGTH - 1;
    frame.setByte(last, (byte) (frame.getByte(last) ^ 1));

    assertThat(pattern.firstDifference(frame, CONNECTION, SEQUENCE)).isEqualTo(last);
  }

  @Test
  void shouldGiveEveryFramePayloadOfItsOwn() {
    Set<String> payloads = new HashSet<>();
    int frames = 0;
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE}) {
      for (int run : new int[] {0, 1, -1}) {
        FramePattern pattern = new FramePattern(seed, run, 32);
        for (int connection = 0; connection < 20; connection++) {
          for (long sequence = 0; sequence < 20; sequence++) {
            frames++;
            payloads.add(payload(pattern.frame(connection, sequence)));
          }
        }
      }
    }
    assertThat(payloads.size()).isEqualTo(frames);
  }

  @Test
  void shouldRepeatItselfForTheSameSeedAndRun() {
    assertThat(new FramePattern(SEED, RUN, 100).frame(1, 2))
        .isEqualTo(new FramePattern(SEED, RUN, 100).frame(1, 2));
  }

  @Test
  void shouldNotRepeatBytesWithinTheLongestFrame() {
    Buffer frame = new FramePattern(SEED, RUN, FramePattern.MAX_LENGTH).frame(0, 0);
    Set<Long> words = new HashSet<>();
    for (int at = FramePattern.HEADER_LENGTH; at < FramePattern.MAX_LENGTH; at += 8) {
      words.add(frame.getLong(at));
    }
    assertThat(words.size()).isEqualTo((FramePattern.MAX_LENGTH - FramePattern.HEADER_LENGTH) / 8);
  }

  @Test
  void shouldTellFramesOfNeighboursApart() {
    FramePattern pattern = new FramePattern(SEED, RUN, 64);
    Buffer frame = pattern.frame(CONNECTION, 5);

    assertThat(pattern.firstDifference(frame, CONNECTION, 6)).isEqualTo(23);
    assertThat(pattern.firstDifference(frame, CONNECTION - 1, 5)).isEqualTo(11);
    assertThat(new FramePattern(SEED, RUN ^ 1, 64).firstDifference(frame, CONNECTION, 5))
        .isEqualTo(7);
    assertThat(new FramePattern(SEED ^ 1, RUN, 64).firstDifference(frame, CONNECTION, 5))
        .isGreaterThanOrEqualTo(FramePattern.HEADER_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 31, (1 << 20) + 1, Integer.MAX_VALUE})
  void shouldRefuseOtherLengths(int length) {
    assertThatThrownBy(() -> new FramePattern(SEED, RUN, length))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage(length + " (expected 32 to 1048576 bytes)");
  }

  private static String payload(Buffer frame) {
    return java.util.HexFormat.of()
        .formatHex(frame.getBytes(FramePattern.HEADER_LENGTH, frame.length()));
  }
}
