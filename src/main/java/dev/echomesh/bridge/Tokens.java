package dev.echomesh.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secrets, of which a client has to name one. Only digests are kept, and comparing takes the same
 * time whatever is presented. Immutable.
 */
final class Tokens {
  private static final int MIN_LENGTH = 16;

  private final List<byte[]> digests;

  private Tokens(List<byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Reads a text with one token a line; empty lines and such that begin with # are left out.
   *
   * @throws IllegalArgumentException if there is none, or one is too short; never names a token
   */
  static Tokens parse(String text) {
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
    if (lines.isEmpty() || lines.stream().anyMatch(line -> line.length() < MIN_LENGTH)) {
      throw new IllegalArgumentException(
          "holds no tokens (expected one a line, of " + MIN_LENGTH + " or more characters)");
    }
    return new Tokens(lines.stream().map(Tokens::digest).toList());
  }

  boolean include(@Nullable String presented) {
    byte[] digest = digest(presented == null ? "" : presented);
    boolean found = false;
    for (byte[] known : digests) {
      found |= MessageDigest.isEqual(known, digest);
    }
    return found;
  }

  boolean isSame(Tokens other) {
    return digests.size() == other.digests.size()
        && digests.stream()
            .allMatch(mine -> other.digests.stream().anyMatch(o -> MessageDigest.isEqual(mine, o)));
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
