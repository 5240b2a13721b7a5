package dev.echomesh.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket (RFC 6455) that sends short texts, and reads only when it is asked to. */
public final class PlainWebSocket implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final byte FINAL_TEXT = (byte) 0x81;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;
  private static final int SHORTEST_16_BITS = 126;

  private final Socket socket;

  private PlainWebSocket(Socket socket) {
    this.socket = socket;
  }

  /**
   * Opens one.
   *
   * @param url as a node tells its own, {@code http://127.0.0.1:8007/}
   * @param path without a slash in front
   * @throws IOException if the node does not take it
   */
  public static PlainWebSocket open(String url, String path) throws IOException {
    URI node = URI.create(url);
    PlainWebSocket opened = new PlainWebSocket(new Socket(node.getHost(), node.getPort()));
    try {
      opened.upgrade(node.getAuthority(), path);
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void upgrade(String host, String path) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket
        .getOutputStream()
        .write(
            ("GET /"
                    + path
                    + " HTTP/1.1\r\nHost: "
                    + host
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    String head = readHead();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("not taken: " + head);
    }
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      head.write(readByte());
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private int readByte() throws IOException {
    int octet = socket.getInputStream().read();
    if (octet < 0) {
      throw new EOFException("the node ended the connection");
    }
    return octet;
  }

  /** Sends a text of up to 65,535 bytes. */
  public void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(2 + 2 + MASK_BYTES + bytes.length);
    frame.put(FINAL_TEXT);
    if (bytes.length < SHORTEST_16_BITS) {
      frame.put((byte) (MASKED | bytes.length));
    } else {
      frame.put((byte) (MASKED | SHORTEST_16_BITS)).putShort((short) bytes.length);
    }
    // a mask of zeros leaves what it masks as it is
    frame.put(new byte[MASK_BYTES]).put(bytes);
    socket.getOutputStream().write(frame.array(), 0, frame.position());
  }

  /** What comes, frames and all. */
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** As much as has come once it has this in it. */
  public String readUntil(String wanted) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (!all.toString(StandardCharsets.UTF_8).contains(wanted)) {
      all.write(readByte());
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
