package dev.echomesh.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A blocking client of a bridge that says what it is told, right or wrong. */
final class BridgeClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final DataInputStream in;
  private int requests;

  private BridgeClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    this.in = new DataInputStream(socket.getInputStream());
  }

  static BridgeClient to(int port) throws IOException {
    return new BridgeClient(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  static BridgeClient to(int port, SSLContext tls) throws IOException {
    return new BridgeClient(tls.getSocketFactory().createSocket("127.0.0.1", port));
  }

  BridgeClient say(JsonObject frame) throws IOException {
    Buffer json = frame.toBuffer();
    return write(Buffer.buffer().appendInt(json.length()).appendBuffer(json));
  }

  BridgeClient say(String type, String address) throws IOException {
    return say(new JsonObject().put("type", type).put("address", address));
  }

  BridgeClient write(Buffer bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes());
    return this;
  }

  BridgeClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  JsonObject next() throws IOException {
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return new JsonObject(Buffer.buffer(frame));
  }

  /** The frame that answers; with the token if there is one. */
  JsonObject request(String address, @Nullable JsonObject body, @Nullable String token)
      throws IOException {
    String replyAddress = "r" + requests++;
    say(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("replyAddress", replyAddress)
            .put("headers", token == null ? new JsonObject() : new JsonObject().put("token", token))
            .put("body", body));
    JsonObject frame = next();
    while (!replyAddress.equals(frame.getString("address")) && !isAboutAll(frame)) {
      frame = next();
    }
    return frame;
  }

  JsonObject request(String address, @Nullable JsonObject body) throws IOException {
    return request(address, body, null);
  }

  /** Reads to the end; whether there was one, orderly or not. */
  boolean isEnded() throws IOException {
    try {
      in.readAllBytes();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static boolean isAboutAll(JsonObject frame) {
    return frame.getString("type").equals("err") && !frame.containsKey("address");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
