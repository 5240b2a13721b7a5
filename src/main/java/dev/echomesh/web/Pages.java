package dev.echomesh.web;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The console's files, as they come with the program. They say nothing of the node. */
final class Pages {
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("index.html", "text/html; charset=utf-8"),
          Map.entry("console.css", "text/css; charset=utf-8"),
          Map.entry("icon.svg", "image/svg+xml"),
          Map.entry("api.js", SCRIPT),
          Map.entry("bus.js", SCRIPT),
          Map.entry("dom.js", SCRIPT),
          Map.entry("echo.js", SCRIPT),
          Map.entry("main.js", SCRIPT),
          Map.entry("mesh.js", SCRIPT),
          Map.entry("plot.js", SCRIPT),
          Map.entry("test.js", SCRIPT));

  /** Everything comes from this node, and no script or style stands in the page itself. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Vertx vertx;
  private final Map<String, Future<Page>> read = new HashMap<>();

  private record Page(String type, Buffer body, String tag) {}

  Pages(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Whether there is such a file; {@code /} is the page itself. */
  static boolean has(String path) {
    return TYPES.containsKey(name(path));
  }

  /** The file, or that the browser has it already. */
  Future<Reply> reply(String path, HttpServerRequest request) {
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    return read.computeIfAbsent(name(path), name -> vertx.executeBlocking(() -> load(name), false))
        .map(page -> reply(page, known));
  }

  private static Reply reply(Page page, @Nullable String known) {
    boolean same = page.tag.equals(known);
    return new Reply(
        same ? 304 : 200,
        page.type,
        same ? Buffer.buffer() : page.body,
        Map.of("Content-Security-Policy", POLICY, "Cache-Control", "no-cache", "ETag", page.tag));
  }

  private static String name(String path) {
    return path.equals("/") ? "index.html" : path.substring(1);
  }

  private static Page load(String name) {
    try (InputStream in = Pages.class.getResourceAsStream("console/" + name)) {
      if (in == null) {
        throw new IllegalStateException("console/" + name + " is not on the class path");
      }
      byte[] bytes = in.readAllBytes();
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
      return new Page(
          TYPES.getOrDefault(name, "application/octet-stream"),
          Buffer.buffer(bytes),
          "\"" + digest + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
