package dev.echomesh.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Everything that is fed, with its corpus. */
enum Fuzzed {
  CONFIG(ConfigFuzz.class),
  FRAME_READER(FrameReaderFuzz.class),
  MESSAGES(MessagesFuzz.class),
  TARGET(TargetFuzz.class),
  THRESHOLD(ThresholdFuzz.class);

  private final String className;

  Fuzzed(Class<?> type) {
    this.className = type.getName();
  }

  String className() {
    return className;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  void feed(byte[] bytes) {
    switch (this) {
      case CONFIG -> ConfigFuzz.fuzzerTestOneInput(bytes);
      case FRAME_READER -> FrameReaderFuzz.fuzzerTestOneInput(bytes);
      case MESSAGES -> MessagesFuzz.fuzzerTestOneInput(bytes);
      case TARGET -> TargetFuzz.fuzzerTestOneInput(bytes);
      case THRESHOLD -> ThresholdFuzz.fuzzerTestOneInput(bytes);
    }
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
