package dev.echomesh.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of {@code --report}. */
final class HtmlFile {
  private final Path path;

  private HtmlFile(Path path) {
    this.path = path;
  }

  /**
   * Makes sure that it can be written, before a run that would be in vain otherwise. What is there
   * stays as it is until {@link #write}.
   */
  static HtmlFile at(Path path) {
    try {
      boolean existed = Files.exists(path);
      Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      if (!existed) {
        Files.delete(path);
      }
      return new HtmlFile(path);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  void write(String html) {
    try {
      Files.writeString(path, html);
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
