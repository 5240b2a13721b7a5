package dev.echomesh.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The long run, which the profile fuzz has instead of the test suite. The inputs that it finds new
 * are left in {@code target/fuzz}.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS)
class FuzzCampaign {
  /** Seconds for each, after Jazzer has started. */
  private static final int SECONDS = Integer.getInteger("echomesh.fuzz.seconds", 4);

  /** To instrument classes takes a slow machine its time. */
  private static final Duration START = Duration.ofMinutes(15);

  @ParameterizedTest
  @EnumSource(Fuzzed.class)
  void shouldFindNoInputThatBreaks(Fuzzed fuzzed) throws IOException {
    new Jazzer()
        .with("-max_total_time=" + SECONDS, "-timeout=300")
        .run(
            fuzzed,
            Files.createDirectories(Path.of("target", "fuzz", fuzzed.key())),
            START.plusSeconds(SECONDS));
  }
}
