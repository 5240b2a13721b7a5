package dev.echomesh.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a PEM file (RFC 7468) has to hold. */
public enum PemFile {
  CERTIFICATE("-----BEGIN CERTIFICATE-----", "a PEM file with a CERTIFICATE"),
  PRIVATE_KEY(
      "-----BEGIN (RSA |EC )?PRIVATE KEY-----", "a PEM file with a PRIVATE KEY, not encrypted");

  private static final int MAX_BYTES = 1 << 20;

  private final Pattern header;
  private final String expected;

  PemFile(String header, String expected) {
    this.header = Pattern.compile("^" + header + "\\s*$", Pattern.MULTILINE);
    this.expected = expected;
  }

  /**
   * What was expected of the file, if it is not as it should be. A relative name belongs to the
   * working directory of the process, wherever the configuration file lies.
   */
  public Optional<String> fault(String name) {
    try {
      Path file = Path.of(name);
      if (!Files.isRegularFile(file)) {
        return Optional.of("a readable PEM file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
        return header.matcher(text).find() ? Optional.empty() : Optional.of(expected);
      }
    } catch (IOException | InvalidPathException e) {
      return Optional.of("a readable PEM file");
    }
  }
}
