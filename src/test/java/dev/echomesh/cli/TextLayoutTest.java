package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextLayoutTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void shouldTellAFailureOfTheNetworkInOneLine() {
    assertThat(laidOut(new ConnectException("Connection refused: /127.0.0.1:7801")))
        .matches(
            "[0-9:.]{12} WARN  Bus - Connecting to b failed:"
                + " Connection refused: /127[.]0[.]0[.]1:7801\\R");
  }

  @Test
  void shouldBeginTheStackTraceOfAnythingElse() {
    assertThat(laidOut(new IllegalStateException("a defect")).lines())
        .hasSizeGreaterThan(2)
        .anyMatch(line -> line.equals("java.lang.IllegalStateException: a defect"))
        .anyMatch(line -> line.startsWith("\tat dev.echomesh.cli.TextLayoutTest"));
  }

  @Test
  void shouldBeOneLineWithoutAThrowable() {
    assertThat(laidOut(null)).matches("[0-9:.]{12} WARN  Bus - Connecting to b failed\\R");
  }

  private String laidOut(@Nullable Throwable thrown) {
    TextLayout layout = new TextLayout();
    layout.setContext(context);
    layout.start();
    return layout.doLayout(
        new LoggingEvent(
            TextLayoutTest.class.getName(),
            context.getLogger("some.Bus"),
            Level.WARN,
            "Connecting to b failed",
            thrown,
            new Object[0]));
  }
}
