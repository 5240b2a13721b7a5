package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int LENGTH = 48;
  private static final int FRAMES = 6;
  private static final FramePattern PATTERN = new FramePattern(1, 2, LENGTH);

  private final List<Buffer> records = new ArrayList<>();
  private final FrameReader reader = new FrameReader(LENGTH, record -> records.add(record.copy()));

  @Test
  void shouldPutFramesTogetherThatWereSplitAtAnyTwoPoints() {
    Buffer stream = stream(2);
    for (int first = 0; first <= stream.length(); first++) {
      for (int second = first; second <= stream.length(); second++) {
        records.clear();
        FrameReader fresh = new FrameReader(LENGTH, record -> records.add(record.copy()));
        fresh.feed(stream.getBuffer(0, first));
        fresh.feed(stream.getBuffer(first, second));
        fresh.feed(stream.getBuffer(second, stream.length()));
        assertThat(records).as("split at %d and %d", first, second).isEqualTo(frames(2));
        assertThat(fresh.partial()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void shouldTakeFramesApartThatWereGlued(int glued) {
    for (int from = 0; from < FRAMES; from += glued) {
      int to = Math.min(from + glued, FRAMES);
      reader.feed(stream(FRAMES).getBuffer(from * LENGTH, to * LENGTH));
      assertThat(records).isEqualTo(frames(to));
    }
  }

  @Test
  void shouldReadByteByByteAndSayHowFarItIs() {
    Buffer stream = stream(FRAMES);
    for (int i = 0; i < stream.length(); i++) {
      reader.feed(stream.getBuffer(i, i + 1));
      assertThat(reader.partial()).isEqualTo((i + 1) % LENGTH);
      assertThat(records).hasSize((i + 1) / LENGTH);
    }
    assertThat(records).isEqualTo(frames(FRAMES));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 47, 48, 49, 95, 96, 97, 1000})
  void shouldReadPiecesOfAnySize(int size) {
    Buffer stream = stream(FRAMES);
    for (int at = 0; at < stream.length(); at += size) {
      reader.feed(stream.getBuffer(at, Math.min(at + size, stream.length())));
    }
    assertThat(records).isEqualTo(frames(FRAMES));
  }

  static List<Long> seeds() {
    long base = System.nanoTime();
    return new Random(base).longs(50).boxed().toList();
  }

  /** The seed is the test's argument, so a failure names it. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void shouldComeOutTheSameHoweverItIsSplit(long seed) {
    Random random = new Random(seed);
    int length = 1 + random.nextInt(100);
    int count = random.nextInt(200);
    byte[] bytes = new byte[length * count + random.nextInt(length)];
    random.nextBytes(bytes);
    FrameReader any = new FrameReader(length, record -> records.add(record.copy()));
    for (int at = 0; at < bytes.length; ) {
      int to = Math.min(bytes.length, at + random.nextInt(1 + random.nextInt(4 * length)));
      any.feed(Buffer.buffer(bytes).getBuffer(at, to));
      at = to;
    }

    assertThat(records).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(records.get(i))
          .isEqualTo(Buffer.buffer(bytes).getBuffer(i * length, (i + 1) * length));
    }
    assertThat(any.partial()).isEqualTo(bytes.length % length);
  }

  @Test
  void shouldReadTheLongestFramesInSmallPieces() {
    FramePattern longest = new FramePattern(1, 2, FramePattern.MAX_LENGTH);
    FrameReader big =
        new FrameReader(FramePattern.MAX_LENGTH, record -> records.add(record.copy()));
    for (int frame = 0; frame < 3; frame++) {
      Buffer bytes = longest.frame(0, frame);
      for (int at = 0; at < bytes.length(); at += 1460) {
        big.feed(bytes.getBuffer(at, Math.min(at + 1460, bytes.length())));
      }
    }
    assertThat(records).hasSize(3);
    for (int frame = 0; frame < 3; frame++) {
      assertThat(longest.firstDifference(records.get(frame), 0, frame)).isEqualTo(-1);
    }
  }

  private static Buffer stream(int count) {
    Buffer stream = Buffer.buffer();
    frames(count).forEach(stream::appendBuffer);
    return stream;
  }

  private static List<Buffer> frames(int count) {
    List<Buffer> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(PATTERN.frame(3, i));
    }
    return frames;
  }
}
