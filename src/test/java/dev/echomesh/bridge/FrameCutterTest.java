package dev.echomesh.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCutterTest {
  private final FrameCutter cutter = new FrameCutter(10);

  @Test
  void shouldCutTheSameFramesHoweverTheStreamIsSplit() throws BadFrameException {
    Buffer stream = frame("one").appendBuffer(frame("")).appendBuffer(frame("0123456789"));
    for (int split = 0; split <= stream.length(); split++) {
      List<String> frames = new ArrayList<>();
      for (Buffer part :
          List.of(stream.getBuffer(0, split), stream.getBuffer(split, stream.length()))) {
        cutter.feed(part).forEach(frame -> frames.add(frame.toString()));
      }
      assertThat(frames).as("split at %d", split).containsExactly("one", "", "0123456789");
      assertThat(cutter.isInside()).isFalse();
    }
  }

  @Test
  void shouldCutFramesThatComeByteByByte() throws BadFrameException {
    List<String> frames = new ArrayList<>();
    for (byte each : frame("one").appendBuffer(frame("two")).getBytes()) {
      cutter.feed(Buffer.buffer(new byte[] {each})).forEach(frame -> frames.add(frame.toString()));
    }

    assertThat(frames).containsExactly("one", "two");
  }

  @ParameterizedTest
  @ValueSource(ints = {11, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void shouldRefuseALengthOutOfItsLimit(int length) {
    assertThatExceptionOfType(BadFrameException.class)
        .isThrownBy(() -> cutter.feed(Buffer.buffer().appendInt(length)))
        .withMessage("frame length: %s (expected 0 to 10)", Integer.toUnsignedString(length));
  }

  private static Buffer frame(String text) {
    return Buffer.buffer().appendInt(text.length()).appendString(text);
  }
}
