package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.wire.FrameInspector.Corrupt;
import dev.echomesh.wire.FrameInspector.Finding;
import dev.echomesh.wire.FrameInspector.Foreign;
import dev.echomesh.wire.FrameInspector.Intact;
import dev.echomesh.wire.FrameInspector.Stamped;
import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameInspectorTest {
  private static final int RUN = 0x1234;
  private static final int CONNECTION = 3;
  private static final int LENGTH = 64;

  private final FramePattern pattern = new FramePattern(9, RUN, LENGTH);
  private final FrameInspector inspector = new FrameInspector(pattern, CONNECTION);

  @Test
  void shouldFindTheExpectedFrameIntact() {
    assertThat(inspector.inspect(pattern.frame(CONNECTION, 5), 5)).isEqualTo(new Intact(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 6, 7, 1000, Long.MAX_VALUE})
  void shouldFindAnEarlierOrLaterFrameIntact(long sequence) {
    assertThat(inspector.inspect(pattern.frame(CONNECTION, sequence), 5))
        .isEqualTo(new Intact(sequence));
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 33, 64, 100})
  void shouldFindEveryBitFlip(int length) {
    FramePattern any = new FramePattern(9, RUN, length);
    FrameInspector finder = new FrameInspector(any, CONNECTION);
    for (int bit = 0; bit < length * 8; bit++) {
      int offset = bit >> 3;
      Buffer record = any.frame(CONNECTION, 5);
      int right = record.getByte(offset) & 0xff;
      int wrong = right ^ (1 << (bit & 7));
      record.setByte(offset, (byte) wrong);

      assertThat(finder.inspect(record, 5))
          .as("bit %d flipped", bit)
          .isEqualTo(new Corrupt(5, offset, wrong, right, true, false));
    }
  }

  @Test
  void shouldFindEveryBitFlipOfALaterFrameCorruptToo() {
    for (int bit = 0; bit < LENGTH * 8; bit++) {
      Buffer record = pattern.frame(CONNECTION, 8);
      record.setByte(bit >> 3, (byte) (record.getByte(bit >> 3) ^ (1 << (bit & 7))));

      assertThat(inspector.inspect(record, 5)).as("bit %d", bit).isNotInstanceOf(Intact.class);
    }
  }

  @Test
  void shouldNameTheLaterFrameWhosePayloadIsWrong() {
    Buffer record = pattern.frame(CONNECTION, 8);
    record.setByte(40, (byte) (record.getByte(40) ^ 0x10));

    assertThat(inspector.inspect(record, 5))
        .isEqualTo(
            new Corrupt(
                8, 40, record.getByte(40) & 0xff, pattern.byteAt(40, CONNECTION, 8), true, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2, 4, Integer.MAX_VALUE})
  void shouldFindAnotherConnectionsFrameForeign(int other) {
    assertThat(inspector.inspect(pattern.frame(other, 6), 5)).isEqualTo(new Foreign(RUN, other, 6));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, RUN + 1})
  void shouldFindAnotherRunsFrameForeign(int otherRun) {
    Buffer frame = new FramePattern(9, otherRun, LENGTH).frame(CONNECTION, 5);

    assertThat(inspector.inspect(frame, 5)).isEqualTo(new Foreign(otherRun, CONNECTION, 5));
  }

  @Test
  void shouldNotBelieveAFrameOfAnotherSeed() {
    Finding finding = inspector.inspect(new FramePattern(10, RUN, LENGTH).frame(CONNECTION, 5), 5);

    assertThat(finding).isInstanceOf(Corrupt.class);
    assertThat(((Corrupt) finding).offset()).isGreaterThanOrEqualTo(FramePattern.HEADER_LENGTH);
    assertThat(((Corrupt) finding).aligned()).isTrue();
  }

  @Test
  void shouldFindGarbageCorruptAndNotAligned() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] garbage = new byte[LENGTH];
      random.nextBytes(garbage);

      Finding finding = inspector.inspect(Buffer.buffer(garbage), 5);
      assertThat(finding).isInstanceOf(Corrupt.class);
      assertThat(((Corrupt) finding).sequence()).isEqualTo(5);
      assertThat(((Corrupt) finding).aligned()).isFalse();
    }
  }

  @Test
  void shouldFindZerosCorruptAndNotAligned() {
    assertThat(inspector.inspect(Buffer.buffer(new byte[LENGTH]), 5))
        .isEqualTo(new Corrupt(5, 0, 0, 'E', false, false));
  }

  @Test
  void shouldFindEveryShiftedRecordCorruptAndNotAligned() {
    Buffer stream = pattern.frame(CONNECTION, 5).appendBuffer(pattern.frame(CONNECTION, 6));
    for (int shift = 1; shift < LENGTH; shift++) {
      Finding finding = inspector.inspect(stream.getBuffer(shift, shift + LENGTH), 5);
      assertThat(finding).as("shifted by %d", shift).isInstanceOf(Corrupt.class);
      assertThat(((Corrupt) finding).aligned()).as("shifted by %d", shift).isFalse();
    }
  }

  @Test
  void shouldSayThatARecordWhoseBeginningIsCutOffStillEndsWhereAFrameDoes() {
    Buffer record = pattern.frame(CONNECTION, 5);
    record.setInt(0, 0).setInt(12, 0);

    assertThat(inspector.inspect(record, 5)).isEqualTo(new Corrupt(5, 0, 0, 'E', true, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 50, 64, 100})
  void shouldTakeStampsWhereTheyMayBeAndFindEveryOtherBitFlip(int length) {
    FramePattern stamped = new FramePattern(9, RUN, length, true);
    FrameInspector finder = new FrameInspector(stamped, CONNECTION);
    Buffer right = stamped.frame(CONNECTION, 5);
    Stamps.received(right, 0, -7);
    Stamps.sent(right, 0, 35);

    assertThat(finder.inspect(right, 5)).isEqualTo(new Stamped(5, 42));
    assertThat(finder.inspect(right, 4)).isEqualTo(new Stamped(5, 42));
    for (int bit = 0; bit < length * 8; bit++) {
      int offset = bit >> 3;
      if (offset < Stamps.RECEIVED || offset >= Stamps.END) {
        Buffer record = right.copy();
        record.setByte(offset, (byte) (record.getByte(offset) ^ (1 << (bit & 7))));

        assertThat(finder.inspect(record, 5))
            .as("bit %d flipped", bit)
            .isNotInstanceOfAny(Intact.class, Stamped.class);
      }
    }
  }

  @Test
  void shouldNotTakeDamageForStamps() {
    FramePattern stamped = new FramePattern(9, RUN, LENGTH, true);
    FrameInspector finder = new FrameInspector(stamped, CONNECTION);
    Buffer frame = stamped.frame(CONNECTION, 5);
    assertThat(finder.inspect(frame, 5)).isEqualTo(new Intact(5));

    for (int bit = Stamps.RECEIVED * 8; bit < Stamps.END * 8; bit++) {
      int offset = bit >> 3;
      Buffer record = frame.copy();
      record.setByte(offset, (byte) (record.getByte(offset) ^ (1 << (bit & 7))));

      assertThat(finder.inspect(record, 5))
          .as("bit %d flipped", bit)
          .isEqualTo(
              new Corrupt(
                  5,
                  offset,
                  record.getByte(offset) & 0xff,
                  frame.getByte(offset) & 0xff,
                  true,
                  false));
    }
  }

  @ParameterizedTest
  @CsvSource({"35, -7", "0, 3600000000001", "-9223372036854775808, 9223372036854775807"})
  void shouldNotTakeTimesThatCannotBe(long received, long sent) {
    FramePattern stamped = new FramePattern(9, RUN, LENGTH, true);
    Buffer record = stamped.frame(CONNECTION, 5);
    Stamps.received(record, 0, received);
    Stamps.sent(record, 0, sent);

    assertThat(new FrameInspector(stamped, CONNECTION).inspect(record, 5))
        .isInstanceOf(Corrupt.class);
  }

  @Test
  void shouldSayWhenStampsCameUnasked() {
    Buffer record = pattern.frame(CONNECTION, 5);
    Stamps.received(record, 0, 1);
    Stamps.sent(record, 0, 2);

    assertThat(inspector.inspect(record, 5))
        .isEqualTo(new Corrupt(5, 24, 0, pattern.byteAt(24, CONNECTION, 5), true, true));
  }
}
