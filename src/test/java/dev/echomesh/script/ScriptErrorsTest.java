package dev.echomesh.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScriptErrorsTest {
  private static final Path FILE = Path.of("conf/verticles/upper.js");

  @Test
  void shouldTakeThePlaceFromTheMessageAndKeepItsFirstLine() {
    Exception fault =
        new IllegalStateException(
            "startup failed:\nfile:/x/conf/verticles/upper.js: 3: Unexpected input @ line 3\n  x\n^");

    assertThat(ScriptErrors.describe(FILE, fault))
        .isEqualTo("conf/verticles/upper.js:3: IllegalStateException: Unexpected input @ line 3");
  }

  @Test
  void shouldTakeThePlaceFromTheStackOfTheFaultOrOfItsCause() {
    Exception cause = new Exception("why");
    cause.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("io.vertx.Core", "run", "Core.java", 9),
          new StackTraceElement("upper", "native", "upper.js", -2),
          new StackTraceElement("upper", "run", "upper.js", 7)
        });

    assertThat(ScriptErrors.describe(FILE, new IllegalStateException("no", cause)))
        .isEqualTo("conf/verticles/upper.js:7: IllegalStateException: no");
  }

  @Test
  void shouldNameTheFileAloneWhenNobodyKnowsTheLine() {
    assertThat(ScriptErrors.describe(FILE, new BindException("Address already in use")))
        .isEqualTo("conf/verticles/upper.js: BindException: Address already in use");
  }

  @Test
  void shouldSayTheKindWhenThereIsNoMessageAndCutALongOne() {
    assertThat(ScriptErrors.describe(FILE, new NullPointerException()))
        .isEqualTo("conf/verticles/upper.js: NullPointerException");
    assertThat(ScriptErrors.describe(FILE, new IllegalStateException("x".repeat(9999))))
        .hasSizeLessThan(400)
        .endsWith("x…");
  }
}
