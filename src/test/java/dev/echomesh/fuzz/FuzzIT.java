package dev.echomesh.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short run of every fuzzed parser, led by coverage: so many executions of one seed, however fast
 * the machine is. {@link FuzzCampaign} is the long one.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FuzzIT {
  private static final long SEED = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(9);
  private static final Map<Fuzzed, CompletableFuture<Void>> RUNS = new EnumMap<>(Fuzzed.class);

  @TempDir private static Path found;

  @BeforeAll
  static void startAll() {
    if (Jazzer.isAvailable()) {
      ExecutorService two = Executors.newFixedThreadPool(2);
      for (Fuzzed fuzzed : Fuzzed.values()) {
        RUNS.put(fuzzed, CompletableFuture.runAsync(() -> run(fuzzed), two));
      }
      two.shutdown();
    }
  }

  @BeforeEach
  void needJazzer() {
    Assumptions.assumeTrue(Jazzer.isAvailable(), "Jazzer has no library for this machine");
  }

  @ParameterizedTest
  @EnumSource(Fuzzed.class)
  void shouldFindNoInputThatBreaks(Fuzzed fuzzed) {
    Objects.requireNonNull(RUNS.get(fuzzed)).join();
  }

  private static void run(Fuzzed fuzzed) {
    try {
      new Jazzer()
          // it is over before code compiled well would pay
          .jvm("-XX:TieredStopAtLevel=1")
          // no more than coverage and comparisons, which starts in a third of the time
          .with("--custom_hook_includes=none.**", "--disabled_hooks=" + Jazzer.SANITIZERS)
          .with("-runs=" + fuzzed.shortRun(), "-seed=" + SEED, "-timeout=300")
          .run(fuzzed, Files.createDirectories(found.resolve(fuzzed.key())), PATIENCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
