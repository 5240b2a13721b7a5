package dev.echomesh.cli;

import dev.echomesh.client.NodeAddress;
import dev.echomesh.spec.InvalidValueException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a node's API is asked, on every command that does. */
final class NodeOptions {
  private static final String VARIABLE = "ECHOMESH_TOKEN";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token for the node's API; or set ECHOMESH_TOKEN to the token.")
  @Nullable
  private Path tokenFile;

  @Option(
      names = "--node-ca",
      paramLabel = "FILE",
      description = "PEM file of the authorities to trust for the node's https.")
  @Nullable
  private Path ca;

  @Option(
      names = "--node-cert",
      paramLabel = "FILE",
      description = "PEM file of the own certificate chain, for a node that asks for one.")
  @Nullable
  private Path cert;

  @Option(names = "--node-key", paramLabel = "FILE", description = "PEM file of its private key.")
  @Nullable
  private Path key;

  /**
   * The node at a URL.
   *
   * @param option that gave it
   */
  NodeAddress at(String option, String url) {
    if ((cert == null) != (key == null)) {
      throw new UsageException("--node-cert and --node-key belong together");
    }
    require("--node-ca", ca);
    require("--node-cert", cert);
    require("--node-key", key);
    try {
      URI parsed = NodeAddress.parse(url);
      return new NodeAddress(parsed, token(), ca, cert, key, false);
    } catch (InvalidValueException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  /** Nobody is asked, so that these options would mean nothing. */
  void requireUnused(String askedBy) {
    if (tokenFile != null || ca != null || cert != null || key != null) {
      throw new UsageException(
          "--token-file, --node-ca, --node-cert, --node-key: only with " + askedBy);
    }
  }

  private static void require(String option, @Nullable Path file) {
    if (file != null && !Files.isReadable(file)) {
      throw new UsageException(option + ": " + file + " (expected a readable PEM file)");
    }
  }

  private @Nullable String token() {
    if (tokenFile == null) {
      return System.getenv(VARIABLE);
    }
    try {
      return firstToken(tokenFile)
          .orElseThrow(() -> new UsageException("--token-file: " + tokenFile + " holds no token"));
    } catch (IOException e) {
      throw new UsageException("--token-file: " + tokenFile + " (expected a readable file)");
    }
  }

  /** The first token of a file; empty if it has none. */
  static Optional<String> firstToken(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst();
  }
}
