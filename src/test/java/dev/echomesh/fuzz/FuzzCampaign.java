package dev.echomesh.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jazzer, led by coverage, from the kept inputs on. What it finds new is left in {@code
 * target/fuzz}; an input that breaks something belongs to the kept ones with its repair.
 */
class FuzzCampaign {
  /** Seconds for each, after Jazzer has started; the profile fuzz runs this. */
  private static final int SECONDS = Integer.getInteger("echomesh.fuzz.seconds", 4);

  /** To instrument classes takes a slow machine its time. */
  private static final Duration START = Duration.ofMinutes(4);

  @ParameterizedTest
  @EnumSource(Fuzzed.class)
  void shouldFindNoInputThatBreaks(Fuzzed fuzzed) throws IOException {
    Path found = Files.createDirectories(Path.of("target", "fuzz", fuzzed.key()));
    Path broken = Files.createDirectories(Path.of("target", "fuzz", "broken"));

    Execution run =
        Programs.run(
            START.plusSeconds(SECONDS),
            new byte[0],
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + fuzzed.className(),
                "--instrumentation_includes=dev.echomesh.**",
                "--reproducer_path=" + broken,
                "-artifact_prefix=" + broken + "/" + fuzzed.key() + "-",
                "-max_total_time=" + SECONDS,
                "-timeout=60",
                found.toString(),
                fuzzed.corpus().toString()));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("Done \\d+ runs");
  }
}
