package dev.echomesh.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that is kept. */
class CorpusTest {
  @ParameterizedTest
  @EnumSource(Fuzzed.class)
  void shouldTakeEveryInputThatIsKept(Fuzzed fuzzed) throws IOException {
    assertThat(fuzzed.inputs()).isNotEmpty();
    for (Path input : fuzzed.inputs()) {
      byte[] bytes = Files.readAllBytes(input);
      assertThatCode(() -> fuzzed.feed(bytes)).as("%s", input).doesNotThrowAnyException();
    }
  }
}
