package dev.echomesh.wire;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;

/**
 * Cuts a byte stream into records of one length, however the stream was split or glued on its way.
 * Not thread-safe.
 */
public final class FrameReader {
  private final int length;
  private final RecordParser parser;
  private long bytes;
  private long records;

  /**
   * A reader that hands over whole records.
   *
   * @param length bytes of a record, 1 or more
   */
  public FrameReader(int length, Handler<Buffer> handler) {
    this.length = length;
    this.parser =
        RecordParser.newFixed(
            length,
            (Buffer record) -> {
              records++;
              handler.handle(record);
            });
  }

  /** Takes bytes in; every record that they complete is handed over before this returns. */
  public void feed(Buffer data) {
    bytes += data.length();
    parser.handle(data);
  }

  /** Bytes of a record that has begun and is not complete. */
  public int partial() {
    return (int) (bytes - records * length);
  }
}
