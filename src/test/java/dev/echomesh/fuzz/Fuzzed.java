package dev.echomesh.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Everything that is fed, with its corpus. */
enum Fuzzed {
  CONFIG(ConfigFuzz.class, ConfigFuzz::fuzzerTestOneInput),
  FRAME_READER(FrameReaderFuzz.class, FrameReaderFuzz::fuzzerTestOneInput),
  MESSAGES(MessagesFuzz.class, MessagesFuzz::fuzzerTestOneInput),
  TARGET(TargetFuzz.class, TargetFuzz::fuzzerTestOneInput),
  THRESHOLD(ThresholdFuzz.class, ThresholdFuzz::fuzzerTestOneInput);

  private final String className;
  private final Consumer<byte[]> input;

  Fuzzed(Class<?> type, Consumer<byte[]> input) {
    this.className = type.getName();
    this.input = input;
  }

  String className() {
    return className;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  void feed(byte[] bytes) {
    input.accept(bytes);
  }

  /** Where its inputs are kept. */
  Path corpus() {
    return Path.of("src/test/resources/dev/echomesh/fuzz", key());
  }

  List<Path> inputs() throws IOException {
    try (Stream<Path> files = Files.list(corpus())) {
      return files.sorted().toList();
    }
  }
}
