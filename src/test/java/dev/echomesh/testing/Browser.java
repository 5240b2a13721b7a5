package dev.echomesh.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;

/**
 * A headless Chromium with one page, led by its DevTools protocol. It remembers what the page
 * complained about and what it asked for.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> COMMAND =
      List.of(
          "chromium",
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--no-first-run",
          "--remote-debugging-port=0");

  private final Process process;
  private final WebSocket socket;
  private final Replies replies;

  private Browser(Process process, WebSocket socket, Replies replies) {
    this.process = process;
    this.socket = socket;
    this.replies = replies;
  }

  /** Starts one whose profile lies in an empty directory. */
  public static Browser start(Path directory) {
    try {
      List<String> command = new ArrayList<>(COMMAND);
      command.add("--user-data-dir=" + directory.resolve("profile"));
      Process process =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      MatchResult address =
          Lines.of(process.getErrorStream(), "chromium")
              .await("DevTools listening on ws://([^/]+)/", PATIENCE)
              .orElseThrow(() -> new AssertionError("chromium does not start"));
      JsonObject page = newPage("http://" + address.group(1) + "/json/new?about:blank");
      Replies replies = new Replies();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(page.getString("webSocketDebuggerUrl")), replies)
              .join();
      Browser browser = new Browser(process, socket, replies);
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        browser.call(domain + ".enable", new JsonObject());
      }
      return browser;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its server keeps a connection that it was asked to close. */
  private static JsonObject newPage(String url) throws IOException {
    HttpURLConnection call = (HttpURLConnection) URI.create(url).toURL().openConnection();
    try {
      call.setRequestMethod("PUT");
      return new JsonObject(
          new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      call.disconnect();
    }
  }

  /** Goes to a page; it may not have been loaded. */
  public void open(String url) {
    call("Page.navigate", new JsonObject().put("url", url));
  }

  /** The value of an expression on the page, awaited if it is a promise. */
  public Object eval(String expression) {
    JsonObject result =
        call(
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true));
    if (result.containsKey("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.getJsonObject("exceptionDetails"));
    }
    return result.getJsonObject("result").getValue("value", "");
  }

  /** Waits until an expression is true. */
  public void await(String expression) {
    Patience.until(expression, () -> Boolean.TRUE.equals(eval("!!(" + expression + ")")));
  }

  /** Waits until the page shows a text. */
  public void awaitText(String text) {
    await("document.body?.innerText.includes(" + quoted(text) + ")");
  }

  /** What the page shows, as a person reads it. */
  public String text() {
    return eval("document.body.innerText").toString();
  }

  public void click(String selector) {
    await("document.querySelector(" + quoted(selector) + ")");
    eval("document.querySelector(" + quoted(selector) + ").click()");
  }

  /** Types over what a field holds. */
  public void type(String selector, String text) {
    await("document.querySelector(" + quoted(selector) + ")");
    eval(
        "{ const field = document.querySelector(%s); field.focus(); field.select?.(); }"
            .formatted(quoted(selector)));
    call("Input.insertText", new JsonObject().put("text", text));
  }

  /** Presses a key such as {@code Tab} or {@code Enter}. */
  public void press(String key, int code) {
    for (String type : List.of("keyDown", "keyUp")) {
      JsonObject event =
          new JsonObject()
              .put("type", type)
              .put("key", key)
              .put("code", key)
              .put("windowsVirtualKeyCode", code);
      call("Input.dispatchKeyEvent", key.equals("Enter") ? event.put("text", "\r") : event);
    }
  }

  /** Shows pages from now on in a window of that size, in pixels. */
  public void look(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        new JsonObject()
            .put(
                "features",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("name", "prefers-color-scheme")
                            .put("value", dark ? "dark" : "light"))));
  }

  /** A picture of all of the page, as PNG. */
  public void screenshot(Path file) {
    JsonObject shot =
        call("Page.captureScreenshot", new JsonObject().put("captureBeyondViewport", true));
    try {
      Files.write(file, Base64.getDecoder().decode(shot.getString("data")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors on the console, exceptions and violated policies so far. */
  public List<String> complaints() {
    return List.copyOf(replies.complaints);
  }

  /** Every address that pages have asked for. */
  public List<String> requests() {
    return List.copyOf(replies.requests);
  }

  /** Forgets what pages have complained about and asked for so far. */
  public void forget() {
    replies.complaints.clear();
    replies.requests.clear();
  }

  private JsonObject call(String method, JsonObject parameters) {
    int id = replies.ids.incrementAndGet();
    CompletableFuture<JsonObject> reply = new CompletableFuture<>();
    replies.waiting.put(id, reply);
    JsonObject message =
        new JsonObject().put("id", id).put("method", method).put("params", parameters);
    synchronized (socket) {
      socket.sendText(message.encode(), true).join();
    }
    JsonObject answer = reply.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (answer.containsKey("error")) {
      throw new AssertionError(method + ": " + answer.getJsonObject("error"));
    }
    return answer.getJsonObject("result");
  }

  private static String quoted(String text) {
    return new JsonArray().add(text).encode().replaceFirst("^\\[", "").replaceFirst("]$", "");
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  /** Gathers messages, which come in parts. */
  private static final class Replies implements WebSocket.Listener {
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      partial.append(part);
      if (last) {
        take(new JsonObject(partial.toString()));
        partial.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void take(JsonObject message) {
      Integer id = message.getInteger("id");
      if (id != null) {
        CompletableFuture<JsonObject> reply = waiting.remove(id);
        if (reply != null) {
          reply.complete(message);
        }
        return;
      }
      JsonObject event = message.getJsonObject("params", new JsonObject());
      switch (message.getString("method")) {
        case "Runtime.exceptionThrown" ->
            complaints.add(event.getJsonObject("exceptionDetails").encode());
        case "Runtime.consoleAPICalled" -> {
          if (event.getString("type").equals("error")) {
            complaints.add(event.getJsonArray("args").encode());
          }
        }
        case "Log.entryAdded" -> {
          JsonObject entry = event.getJsonObject("entry");
          if (entry.getString("level").equals("error")) {
            complaints.add(entry.getString("text") + " " + entry.getString("url", ""));
          }
        }
        case "Network.requestWillBeSent" ->
            requests.add(event.getJsonObject("request").getString("url"));
        case "Network.webSocketCreated" -> requests.add(event.getString("url"));
        default -> {
          // of no interest
        }
      }
    }
  }
}
