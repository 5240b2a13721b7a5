package dev.echomesh.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** TCP service names, as the machine's {@code /etc/services} has them. */
final class Services {
  /** For machines without the file. */
  private static final Map<String, Integer> WELL_KNOWN =
      Map.of("echo", 7, "ssh", 22, "http", 80, "https", 443);

  private Services() {}

  static OptionalInt port(String service) {
    try {
      return find(Files.readString(Path.of("/etc/services"), StandardCharsets.ISO_8859_1), service);
    } catch (IOException e) {
      Integer port = WELL_KNOWN.get(service);
      return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }
  }

  /** Looks the name or alias up in a file of lines {@code name port/tcp alias… # comment}. */
  static OptionalInt find(String services, String name) {
    for (String line : services.split("\n", -1)) {
      int comment = line.indexOf('#');
      String[] words = (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+", -1);
      if (words.length < 2 || !words[1].matches("[0-9]{1,5}/tcp")) {
        continue;
      }
      for (int i = 0; i < words.length; i++) {
        if (i != 1 && words[i].equals(name)) {
          return OptionalInt.of(Integer.parseInt(words[1].substring(0, words[1].indexOf('/'))));
        }
      }
    }
    return OptionalInt.empty();
  }
}
