package dev.echomesh.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Everything that is fed, with its corpus. */
enum Fuzzed {
  CONFIG(ConfigFuzz.class, 200),
  FRAME_READER(FrameReaderFuzz.class, 10_000),
  MESSAGES(MessagesFuzz.class, 5_000),
  TARGET(TargetFuzz.class, 10_000),
  THRESHOLD(ThresholdFuzz.class, 10_000);

  private final String className;
  private final int shortRun;

  Fuzzed(Class<?> type, int shortRun) {
    this.className = type.getName();
    this.shortRun = shortRun;
  }

  /** Executions of which a short run consists: about a second of them. */
  int shortRun() {
    return shortRun;
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
