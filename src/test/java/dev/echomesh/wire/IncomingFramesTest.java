package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.wire.FrameInspector.Corrupt;
import dev.echomesh.wire.FrameInspector.Finding;
import dev.echomesh.wire.FrameInspector.Intact;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingFramesTest {
  private static final int CONNECTION = 3;
  private static final int STREAMS = 100;
  private static final int FRAMES = 12;

  @Test
  void shouldFindFramesIntactWhereverTheyWereSplit() {
    FramePattern pattern = new FramePattern(9, 7, 43);
    Buffer stream = Buffer.buffer();
    for (int i = 0; i < 3; i++) {
      stream.appendBuffer(pattern.frame(CONNECTION, i));
    }
    for (int first = 0; first <= stream.length(); first++) {
      Recorded recorded = new Recorded();
      IncomingFrames frames = new IncomingFrames(pattern, CONNECTION, recorded);

      take(frames, stream.slice(0, first));
      assertThat(frames.partial()).isEqualTo(first % 43);
      take(frames, stream.slice(first, stream.length()));

      assertThat(recorded.findings)
          .as("split at %d", first)
          .containsExactly(new Intact(0), new Intact(1), new Intact(2));
      assertThat(frames.partial()).isZero();
    }
  }

  @Test
  void shouldNameAWrongByteAfterASplitInsideTheFrame() {
    FramePattern pattern = new FramePattern(9, 7, 64);
    Buffer frame = pattern.frame(CONNECTION, 0);
    int right = frame.getByte(50) & 0xff;
    frame.setByte(50, (byte) ~right);
    Recorded recorded = new Recorded();
    IncomingFrames frames = new IncomingFrames(pattern, CONNECTION, recorded);

    take(frames, frame.slice(0, 30));
    take(frames, frame.slice(30, 64));
    take(frames, pattern.frame(CONNECTION, 1));

    assertThat(recorded.findings)
        .containsExactly(new Corrupt(0, 50, ~right & 0xff, right, true, false), new Intact(1));
  }

  @Test
  void shouldGiveUpTheMemoryOfWhatItTook() {
    FramePattern pattern = new FramePattern(9, 7, 64);
    IncomingFrames frames = new IncomingFrames(pattern, CONNECTION, new Recorded());
    ByteBuf right = Unpooled.directBuffer().writeBytes(pattern.frame(CONNECTION, 0).getBytes());
    ByteBuf wrong = Unpooled.directBuffer().writeZero(64);

    frames.take(new Chunk(right));
    frames.take(new Chunk(wrong));

    assertThat(right.refCnt()).isZero();
    assertThat(wrong.refCnt()).isZero();
  }

  /** Cutting the whole stream into records and inspecting each is slow, and right. */
  @ParameterizedTest
  @ValueSource(ints = {32, 43, 64, 1000})
  void shouldFindInAnyStreamWhatCuttingItFinds(int length) {
    FramePattern pattern = new FramePattern(9, 7, length);
    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      Buffer stream = unruly(pattern, random);
      Recorded cut = new Recorded();
      FrameInspector inspector = new FrameInspector(pattern, CONNECTION);
      FrameReader reader =
          new FrameReader(length, record -> cut.found(inspector.inspect(record, cut.next)));
      Recorded recorded = new Recorded();
      IncomingFrames frames = new IncomingFrames(pattern, CONNECTION, recorded);

      int at = 0;
      while (at < stream.length()) {
        int end = Math.min(stream.length(), at + 1 + random.nextInt(3 * length));
        reader.feed(stream.getBuffer(at, end));
        take(frames, stream.slice(at, end));
        assertThat(frames.partial()).as("stream %d at %d", seed, end).isEqualTo(reader.partial());
        at = end;
      }

      assertThat(recorded.findings).as("stream %d", seed).isEqualTo(cut.findings);
    }
  }

  /** Frames of which some are wrong, missing, doubled, cut short or another connection's. */
  private static Buffer unruly(FramePattern pattern, Random random) {
    Buffer stream = Buffer.buffer();
    for (int i = 0; i < FRAMES; i++) {
      Buffer frame = pattern.frame(CONNECTION, i);
      switch (random.nextInt(10)) {
        case 0 -> {
          int wrong = random.nextInt(frame.length());
          frame.setByte(wrong, (byte) (frame.getByte(wrong) ^ 1 << random.nextInt(8)));
        }
        case 1 -> frame = Buffer.buffer();
        case 2 -> frame.appendBuffer(frame.copy());
        case 3 -> frame = frame.getBuffer(0, random.nextInt(frame.length()));
        case 4 -> frame = pattern.frame(CONNECTION + 1, i);
        default -> {}
      }
      stream.appendBuffer(frame);
    }
    return stream;
  }

  private static void take(IncomingFrames frames, Buffer bytes) {
    frames.take(new Chunk(Unpooled.directBuffer().writeBytes(bytes.getBytes())));
  }

  private static final class Recorded implements IncomingFrames.Account {
    private final List<Finding> findings = new ArrayList<>();
    private long next;

    @Override
    public long nextExpected() {
      return next;
    }

    @Override
    public void found(Finding finding) {
      findings.add(finding);
      next = finding instanceof Intact intact ? intact.sequence() + 1 : next + 1;
    }
  }
}
