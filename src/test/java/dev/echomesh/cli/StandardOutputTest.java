package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardOutputTest {
  /** As a disk that is full, or a pipe that nobody reads any more. */
  private static final class Full extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"check --list", "config"})
  void shouldSayThatAResultWasLost(String command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    assertThat(run(new Full(), said, command.split(" "))).isEqualTo(ExitCode.USAGE);

    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo("echomesh: standard output did not take everything" + System.lineSeparator());
  }

  @Test
  void shouldSayNothingWhereItWasTaken() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    assertThat(run(new ByteArrayOutputStream(), said, "check", "--list"))
        .isEqualTo(ExitCode.PASSED);

    assertThat(said.size()).isZero();
  }

  private static int run(OutputStream out, OutputStream err, String... arguments) {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      return EchomeshCommand.execute(arguments);
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
  }
}
