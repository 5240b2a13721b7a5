package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CauseTest {
  @Test
  void shouldLeaveOutTheSystemCall() {
    assertThat(
            Cause.inShort(
                new IOException("finishConnect(..) failed with error(-111): Connection refused")))
        .isEqualTo("Connection refused");
  }

  @Test
  void shouldTellTheRootByItsFirstLine() {
    assertThat(
            Cause.inShort(
                new IllegalStateException("outer", new IOException("Broken pipe\nmore of it"))))
        .isEqualTo("Broken pipe");
  }

  @Test
  void shouldNameTheClassWhereThereIsNoMessage() {
    assertThat(Cause.inShort(new IOException())).isEqualTo("IOException");
  }
}
