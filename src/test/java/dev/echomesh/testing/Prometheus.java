package dev.echomesh.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** A Prometheus with a configuration of the test's. Closing it kills it. */
public final class Prometheus implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final String url;

  private Prometheus(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts one, and waits until it answers.
   *
   * @param directory for what it stores
   */
  public static Prometheus start(Path config, Path directory) {
    String address = "127.0.0.1:" + FreePorts.one();
    try {
      Process process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + directory,
                  "--web.listen-address=" + address)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Lines log = Lines.of(process.getErrorStream(), "prometheus");
      if (log.await("Server is ready to receive web requests", START).isEmpty()) {
        process.destroyForcibly();
        throw new AssertionError("prometheus does not start\n" + log.text());
      }
      return new Prometheus(process, "http://" + address + "/api/v1/");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an expression comes to now: an element for each series. Fails if it is none. */
  public JsonArray query(String expression) {
    return ask("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .getJsonArray("result");
  }

  /** The rules of all groups, with how they fare. */
  public JsonArray rules() {
    JsonArray rules = new JsonArray();
    ask("rules")
        .getJsonArray("groups")
        .forEach(group -> rules.addAll(((JsonObject) group).getJsonArray("rules")));
    return rules;
  }

  private JsonObject ask(String path) {
    try {
      HttpURLConnection call = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
      call.setRequestProperty("Connection", "close");
      try {
        boolean isGood = call.getResponseCode() == HttpURLConnection.HTTP_OK;
        try (var body = isGood ? call.getInputStream() : call.getErrorStream()) {
          String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
          if (!isGood) {
            throw new AssertionError(path + ": " + text);
          }
          return Objects.requireNonNull(new JsonObject(text).getJsonObject("data"));
        }
      } finally {
        call.disconnect();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
