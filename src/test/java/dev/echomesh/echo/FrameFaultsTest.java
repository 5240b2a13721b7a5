package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.spec.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameFaultsTest {
  @Test
  void shouldDropEachNth() {
    assertThat(answers(Map.of("drop", "1/3"), 7)).containsExactly("0", "1", "3", "4", "6");
  }

  @Test
  void shouldDoubleEachNth() {
    assertThat(answers(Map.of("duplicate", "1/3"), 5))
        .containsExactly("0", "1", "2", "2", "3", "4");
  }

  @Test
  void shouldHoldEachNthBackBehindTheNextAndLoseNone() {
    assertThat(answers(Map.of("swap", "1/3"), 7))
        .containsExactly("0", "1", "3", "2", "4", "6", "5");
    assertThat(answers(Map.of("swap", "1/3"), 3)).containsExactly("0", "1", "2");
    assertThat(answers(Map.of("swap", "1/1"), 4)).containsExactly("1", "0", "3", "2");
  }

  @Test
  void shouldBreakOffInTheMiddleOfAFrameAndEnd() {
    FrameFaults faults = new FrameFaults(Faults.of(Map.of("truncateAt", 2)), 0);

    assertThat(faults.next(new byte[10]).end()).isFalse();
    FrameFaults.Answers last = faults.next(new byte[10]);
    assertThat(last.end()).isTrue();
    assertThat(last.frames()).singleElement().satisfies(half -> assertThat(half).hasSize(5));
  }

  @Test
  void shouldFlipOneBitOrSoManyBytesInARow() {
    assertThat(wrong(Map.of("corrupt", "1/1")))
        .satisfies(
            bits -> {
              assertThat(Integer.bitCount(bits.stream().mapToInt(b -> b & 0xff).sum()))
                  .isEqualTo(1);
              assertThat(bits.stream().filter(b -> b != 0)).hasSize(1);
            });
    List<Byte> range = wrong(Map.of("corrupt", "1/1", "corruptBytes", 4));
    assertThat(range.stream().filter(b -> b == (byte) 0xff)).hasSize(4);
    assertThat(range.lastIndexOf((byte) 0xff) - range.indexOf((byte) 0xff)).isEqualTo(3);
    assertThat(wrong(Map.of("corrupt", "1/1", "corruptBytes", 1000))).containsOnly((byte) 0xff);
  }

  @Test
  void shouldDoTheSameAgainWithTheSameSeedAndOtherwiseElse() {
    Map<String, Object> half = Map.of("drop", "50%", "seed", 5);

    assertThat(answers(half, 100)).isEqualTo(answers(half, 100));
    assertThat(answers(half, 100)).hasSizeBetween(20, 80);
    assertThat(answers(Map.of("drop", "50%", "seed", 6), 100)).isNotEqualTo(answers(half, 100));
    assertThat(answers(half, 100, 1)).isNotEqualTo(answers(half, 100, 0));
  }

  @Test
  void shouldNotLetOneFaultShiftAnothersChoices() {
    List<String> dropped = answers(Map.of("drop", "50%"), 50);
    List<String> doubledToo = answers(Map.of("drop", "50%", "duplicate", "50%"), 50);

    assertThat(doubledToo.stream().distinct()).containsExactlyElementsOf(dropped);
  }

  private static List<String> answers(Map<String, ?> spec, int frames) {
    return answers(spec, frames, 0);
  }

  private static List<String> answers(Map<String, ?> spec, int frames, long connection) {
    FrameFaults faults = new FrameFaults(Faults.of(spec), connection);
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      faults.next(new byte[] {(byte) i}).frames().forEach(f -> answers.add(String.valueOf(f[0])));
    }
    faults.rest().forEach(f -> answers.add(String.valueOf(f[0])));
    return answers;
  }

  private static List<Byte> wrong(Map<String, ?> spec) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : new FrameFaults(Faults.of(spec), 0).next(new byte[16]).frames().get(0)) {
      bytes.add(each);
    }
    return bytes;
  }
}
