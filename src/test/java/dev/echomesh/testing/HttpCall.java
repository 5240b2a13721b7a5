package dev.echomesh.testing;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/** One request over HTTP/1.1 on a socket of its own, with every header as the test wants it. */
public final class HttpCall {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int CHUNK = 8192;
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  private final URI node;
  private final String method;
  private final String path;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private byte[] body = new byte[0];
  private SocketFactory sockets = SocketFactory.getDefault();
  private List<String> prefix = List.of();

  private HttpCall(String node, String method, String path) {
    this.node = URI.create(node);
    this.method = method;
    this.path = path;
    headers.put("Host", this.node.getAuthority());
    headers.put("Connection", "close");
  }

  /**
   * A call that has not been made.
   *
   * @param node as the node itself names it, {@code http://127.0.0.1:8007/}
   * @param path with a slash in front
   */
  public static HttpCall of(String node, String method, String path) {
    return new HttpCall(node, method, path);
  }

  public static HttpCall get(String node, String path) {
    return of(node, "GET", path);
  }

  public HttpCall header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public HttpCall token(String token) {
    return header("Authorization", "Bearer " + token);
  }

  public HttpCall json(String text) {
    return header("Content-Type", "application/json").body(text.getBytes(StandardCharsets.UTF_8));
  }

  public HttpCall body(byte[] bytes) {
    body = bytes.clone();
    return header("Content-Length", String.valueOf(bytes.length));
  }

  /** For TLS. */
  public HttpCall over(SocketFactory factory) {
    sockets = factory;
    return this;
  }

  /** Made by another process, begun by this command: in another network namespace, say. */
  HttpCall from(List<String> command) {
    prefix = command;
    return this;
  }

  /** What came back: as much as it says to be, or until the node closed the connection. */
  public Reply send() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head());
    all.writeBytes(body);
    return Reply.of(
        prefix.isEmpty() ? exchange(all.toByteArray()) : exchangeThere(all.toByteArray()));
  }

  private byte[] head() {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private byte[] exchange(byte[] request) {
    try (Socket socket = sockets.createSocket(node.getHost(), node.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request);
      return answer(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + ": " + e.getMessage(), e);
    }
  }

  private byte[] exchangeThere(byte[] request) {
    String script =
        "exec 3<>/dev/tcp/%s/%d; cat >&3; cat <&3".formatted(node.getHost(), node.getPort());
    return Programs.run(
            Duration.ofMillis(TIMEOUT_MILLIS),
            request,
            Stream.concat(prefix.stream(), Stream.of("bash", "-c", script)).toList())
        .expectSuccess()
        .stdout();
  }

  private byte[] answer(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      read.write(chunk, 0, n);
      if (isWhole(read.toString(StandardCharsets.ISO_8859_1))) {
        break;
      }
    }
    return read.toByteArray();
  }

  private boolean isWhole(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    Matcher length = LENGTH.matcher(end < 0 ? "" : answer.substring(0, end));
    return !method.equals("HEAD")
        && length.find()
        && answer.length() - end - 4 >= Integer.parseInt(length.group(1));
  }

  /**
   * An answer.
   *
   * @param headers by name, any case
   */
  public record Reply(int status, Map<String, String> headers, String body) {
    public Reply {
      Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      anyCase.putAll(headers);
      headers = anyCase;
    }

    static Reply of(byte[] bytes) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new AssertionError("no HTTP response: \"" + text + "\"");
      }
      String[] lines = text.substring(0, end).split("\r\n", -1);
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
      }
      return new Reply(
          Integer.parseInt(lines[0].split(" ", 3)[1]), headers, text.substring(end + 4));
    }

    public JsonObject json() {
      return new JsonObject(body);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }
}
