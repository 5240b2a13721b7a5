package dev.echomesh.spec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets, each of which shows that a client may do everything (RFC 6750). Only digests are kept,
 * and comparing takes the same time whatever is presented. Immutable.
 */
public final class Tokens {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");
  private static final int RANDOM_BYTES = 32;

  private final List<byte[]> digests;

  private Tokens(List<byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Reads a text with one token a line; empty lines and such that begin with # are left out.
   *
   * @throws IllegalArgumentException if there is none, or a line is none; never names a token
   */
  public static Tokens parse(String text) {
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
    if (lines.isEmpty() || !lines.stream().allMatch(line -> TOKEN.matcher(line).matches())) {
      throw new IllegalArgumentException(
          "holds no tokens (expected one a line, of 16 to 512 letters, digits or -._~+/)");
    }
    return new Tokens(lines.stream().map(Tokens::digest).toList());
  }

  /** A new token that nobody can guess. */
  public static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether what a client presents is one of them. */
  public boolean include(@Nullable String presented) {
    byte[] digest = digest(presented == null ? "" : presented);
    boolean found = false;
    for (byte[] known : digests) {
      found |= MessageDigest.isEqual(known, digest);
    }
    return found;
  }

  /** Whether they are the same ones in the same order. */
  public boolean isSame(Tokens other) {
    return Arrays.deepEquals(digests.toArray(), other.digests.toArray());
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
