package dev.echomesh.mesh.engine;

import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.spec.SocketTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JGroups stack of a configuration, its placeholders replaced. */
final class StackFile {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(echomesh\\.[^}]*)}");

  private StackFile() {}

  /**
   * The stack as XML.
   *
   * @throws StartException if the file cannot be read or has a placeholder that is not known
   */
  static String read(MeshConfig mesh) {
    Map<String, String> values =
        Map.of(
            "echomesh.host", mesh.host(),
            "echomesh.publicHost", mesh.publicHost(),
            "echomesh.port", Integer.toString(mesh.port()),
            "echomesh.peers",
                mesh.peers().stream().map(StackFile::print).collect(Collectors.joining(",")),
            "echomesh.dns", Objects.requireNonNullElse(mesh.dns(), ""));
    Path own = mesh.stackFile();
    return fill(own == null ? shipped(mesh.dns()) : read(own), values, String.valueOf(own));
  }

  private static String fill(String text, Map<String, String> values, String file) {
    return PLACEHOLDER
        .matcher(text.replaceAll("(?s)<!--.*?-->", ""))
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new StartException(
                    "mesh.stackFile: %s: %s (expected one of %s)"
                        .formatted(
                            file,
                            found.group(),
                            String.join(", ", values.keySet().stream().sorted().toList())));
              }
              return Matcher.quoteReplacement(escape(value));
            });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartException(
          "mesh.stackFile: " + file + ": cannot be read (expected a JGroups stack)", e);
    }
  }

  private static String shipped(@Nullable String dns) {
    String name = dns == null ? "echomesh-static.xml" : "echomesh-dns.xml";
    try (InputStream in = StackFile.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String print(SocketTarget peer) {
    return peer.host() + "[" + peer.port() + "]";
  }

  private static String escape(String value) {
    return value.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
