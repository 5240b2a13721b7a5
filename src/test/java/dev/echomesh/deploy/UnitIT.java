package dev.echomesh.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.config.ConfigLoader;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit, judged by systemd's own tool. */
class UnitIT {
  private static final Path UNIT = Path.of("conf/systemd/echomesh.service");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In tenths; systemd calls up to 2.0 ok and a service without any hardening 9.6. */
  private static final String MOST_EXPOSED = "20";

  @Test
  void shouldBeAUnitThatSystemdFindsNoFaultWith(@TempDir Path directory) throws IOException {
    Programs.requireProgram("systemd-analyze");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path copy = directory.resolve("echomesh.service");
    Files.writeString(copy, text().replace("ExecStart=/usr/bin/java", "ExecStart=" + java));

    Execution verified = analyze("verify", copy.toString());

    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.err()).doesNotContain("echomesh.service");
  }

  @Test
  void shouldBeHardened() {
    Programs.requireProgram("systemd-analyze");

    Execution judged =
        analyze("security", "--offline=true", "--threshold=" + MOST_EXPOSED, UNIT.toString());

    assertThat(judged.exitCode()).as(judged.out()).isZero();
  }

  @Test
  void shouldStartWhatItsCommentInstalls() throws IOException {
    String start = Matches.all("(?m)^ExecStart=(.*)$", text()).get(0);
    List<String> installed = Matches.all("(?m)^# +install -D .* (/\\S+)$", text());

    assertThat(start)
        .isEqualTo(
            "/usr/bin/java -jar %s node --config %s".formatted(installed.get(0), installed.get(1)));
    assertThat(text()).contains("-m 640 -g echomesh conf/echomesh.yaml", "\nUser=echomesh\n");
  }

  @Test
  void shouldWaitLongerThanADrainTakes() throws IOException {
    Duration drain =
        ConfigLoader.load(Path.of("conf/echomesh.yaml"), Map.of(), List.of())
            .config()
            .echo()
            .drainTimeout();

    assertThat(Long.parseLong(Matches.all("TimeoutStopSec=(\\d+)", text()).get(0)))
        .isGreaterThan(drain.toSeconds());
  }

  private static String text() throws IOException {
    return Files.readString(UNIT);
  }

  private static Execution analyze(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "systemd-analyze";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Programs.run(PATIENCE, new byte[0], command);
  }
}
