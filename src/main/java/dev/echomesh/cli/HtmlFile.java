package dev.echomesh.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --report}, on every command that has a report to write. */
final class HtmlFile {
  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write the report as one self-contained page too.")
  @Nullable
  private Path path;

  /**
   * Makes sure that it can be written, before a run that would be in vain otherwise. What is there
   * stays as it is until {@link #write}.
   */
  void requireWritable() {
    if (path == null) {
      return;
    }
    try {
      boolean existed = Files.exists(path);
      Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      if (!existed) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Writes the page, if one was asked for. */
  void write(Supplier<String> html) {
    if (path == null) {
      return;
    }
    try {
      Files.writeString(path, html.get());
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static UsageException unwritable(Path path, IOException e) {
    return new UsageException(
        "--report: " + path + " (expected a file that can be written: " + reason(e, path) + ")");
  }

  private static String reason(IOException e, Path path) {
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "no such directory";
    }
    if (Files.isDirectory(path)) {
      return "it is a directory";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getClass().getSimpleName();
  }
}
