package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestProgress;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  @Test
  void shouldShowHowFarARunIsAndWhatItHasMet() {
    assertThat(
            ProgressLine.line(new TestProgress("id", 12.4, 99_000, 1234.5, 7, 48.4, 28.0, 1530.0)))
        .isEqualTo("   12 s  1,235 frames/s  p50 28 µs  p99 1.53 ms  7 errors  ETA 48 s");
  }

  @Test
  void shouldLeaveOutWhatNobodyKnows() {
    assertThat(ProgressLine.line(new TestProgress("id", 3, 0, 0, 0, null, null, null)))
        .isEqualTo("    3 s  0 frames/s  p50 -  p99 -  0 errors");
  }
}
