package dev.echomesh.web;

import dev.echomesh.config.StartException;
import dev.echomesh.spec.Tokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, followed as it changes. A file that has become unusable changes nothing:
 * the tokens read before stay.
 */
final class TokenFile {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  private static final long LOOK_MILLIS = 1000;
  private static final int MAX_BYTES = 1 << 16;
  private static final Set<PosixFilePermission> OWNERS_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private String text;
  private volatile Tokens tokens;

  private TokenFile(Path file, String text) {
    this.file = file;
    this.text = text;
    this.tokens = Tokens.parse(text);
  }

  /**
   * Reads the file, or makes it with a random token, for its owner only, if it is not there.
   *
   * @return fails with {@link StartException} if it can neither be read nor made
   */
  static Future<TokenFile> open(Vertx vertx, Path path) {
    return vertx
        .executeBlocking(() -> new TokenFile(path, readOrMake(path)))
        .recover(cause -> Future.failedFuture(new StartException(complaint(path, cause), cause)))
        .onSuccess(file -> vertx.setPeriodic(LOOK_MILLIS, id -> file.look(vertx)));
  }

  Tokens tokens() {
    return tokens;
  }

  private void look(Vertx vertx) {
    vertx
        .executeBlocking(() -> read(file))
        .onSuccess(this::changed)
        .onFailure(cause -> changed(""));
  }

  private void changed(String now) {
    if (now.equals(text)) {
      return;
    }
    text = now;
    try {
      tokens = Tokens.parse(now);
      LOG.info("web.tokenFile: {} has changed, followed", file);
    } catch (IllegalArgumentException e) {
      LOG.warn("web.tokenFile: {} {}; the tokens of before stay", file, e.getMessage());
    }
  }

  private static String readOrMake(Path path) throws IOException {
    try {
      return read(path);
    } catch (NoSuchFileException missing) {
      String made = Tokens.random() + "\n";
      FileAttribute<?>[] attributes =
          path.getFileSystem().supportedFileAttributeViews().contains("posix")
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS_ONLY)}
              : new FileAttribute<?>[0];
      try (var channel =
          Files.newByteChannel(
              path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
        channel.write(java.nio.ByteBuffer.wrap(made.getBytes(StandardCharsets.US_ASCII)));
      }
      LOG.info("web.tokenFile: made {} with a random token", path);
      return made;
    }
  }

  private static String read(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    }
  }

  private static String complaint(Path path, Throwable cause) {
    return "web.tokenFile: "
        + path
        + ": "
        + (cause instanceof IOException
            ? "cannot be read or made: " + cause
            : String.valueOf(cause.getMessage()));
  }
}
