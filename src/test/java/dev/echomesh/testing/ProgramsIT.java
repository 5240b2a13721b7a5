package dev.echomesh.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void shouldSkipWithTheReasonWhenAProgramIsMissing() {
    assertThatThrownBy(() -> Programs.requireProgram("no-such-program"))
        .hasMessageContaining("Assumption failed")
        .hasMessageContaining("no-such-program is not installed");
  }

  @Test
  void shouldFindAProgramOnThePath() {
    Programs.requireProgram("sh");
    assertThat(Programs.isInstalled("sh")).isTrue();
  }

  @Test
  void shouldCaptureWhatACommandSaysAndHowItEnds() {
    Execution ended =
        Programs.run(TIMEOUT, "in".getBytes(UTF_8), "sh", "-c", "cat; echo err >&2; exit 3");

    assertThat(ended.out()).isEqualTo("in");
    assertThat(ended.err()).isEqualTo("err\n");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThatThrownBy(ended::expectSuccess).hasMessageContaining("ended with 3");
  }

  @Test
  void shouldFeedAndReadMoreThanAPipeHolds() {
    byte[] much = new byte[1 << 20];

    assertThat(Programs.run(TIMEOUT, much, "cat").stdout()).isEqualTo(much);
    assertThat(Programs.run(TIMEOUT, much, "true").exitCode()).isZero();
  }

  @Test
  void shouldKillACommandThatDoesNotEnd() {
    assertThatThrownBy(() -> Programs.run(Duration.ofMillis(200), new byte[0], "sleep", "60"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("did not end within");
  }

  @Test
  void shouldWaitForALineOfAnotherJvmAndEndIt() {
    try (JavaProcess process = prompter("-Dwho=you")) {
      assertThat(process.awaitLine("hello (\\w+)", TIMEOUT).group(1)).isEqualTo("you");
      assertThat(process.isAlive()).isTrue();
      process.terminate();
      assertThat(process.awaitExit(TIMEOUT)).isEqualTo(143);
      assertThat(process.out()).contains("bye");
    }
  }

  @Test
  void shouldKillAnotherJvm() {
    try (JavaProcess process = prompter("-Dwho=you")) {
      process.awaitLine("hello", TIMEOUT);
      process.kill();
      assertThat(process.awaitExit(TIMEOUT)).isEqualTo(137);
      assertThat(process.out()).doesNotContain("bye");
    }
  }

  @Test
  void shouldSendAnySignal() {
    try (JavaProcess process = prompter("-Dwho=you")) {
      process.awaitLine("hello", TIMEOUT);
      process.signal("TERM");
      assertThat(process.awaitExit(TIMEOUT)).isEqualTo(143);
    }
  }

  @Test
  void shouldShowTheOutputWhenTheLineNeverComes() {
    try (JavaProcess process = prompter("-Dwho=you")) {
      process.awaitLine("hello", TIMEOUT);
      assertThatThrownBy(() -> process.awaitLine("goodbye", Duration.ofMillis(100)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("hello you");
    }
  }

  @Test
  void shouldNotWaitForALineOfAJvmThatHasEnded() {
    try (JavaProcess process = JavaProcess.ofMain("no.such.Main", List.of())) {
      assertThatThrownBy(() -> process.awaitLine("hello", Duration.ofMinutes(10)))
          .hasMessageContaining("no.such.Main");
      assertThat(process.awaitExit(TIMEOUT)).isEqualTo(1);
    }
  }

  private static JavaProcess prompter(String... flags) {
    return JavaProcess.ofMain(Prompter.class.getName(), List.of(flags));
  }

  /** Greets and then waits for a byte that never comes. */
  static final class Prompter {
    private Prompter() {}

    public static void main(String[] arguments) throws IOException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
      System.out.println("hello " + System.getProperty("who"));
      int unused = System.in.read();
    }
  }
}
