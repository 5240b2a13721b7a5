package dev.echomesh.fuzz;

import dev.echomesh.wire.FrameReader;
import io.vertx.core.buffer.Buffer;

/**
 * The first byte is the length of a record less one, the second a seed of the sizes of chunks; the
 * rest comes out in whole records, unchanged, however it was cut.
 */
public final class FrameReaderFuzz {
  private FrameReaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    int length = 1 + (input[0] & 0xff);
    int seed = input[1] & 0xff;
    Buffer data = Buffer.buffer(input).slice(2, input.length);
    Buffer records = Buffer.buffer();
    FrameReader reader =
        new FrameReader(
            length,
            record -> {
              if (record.length() != length) {
                throw new AssertionError(record.length() + " bytes instead of " + length);
              }
              records.appendBuffer(record);
            });
    for (int at = 0; at < data.length(); ) {
      seed = seed * 31 + 7;
      int end = Math.min(data.length(), at + 1 + Math.floorMod(seed, 2 * length));
      reader.feed(data.getBuffer(at, end));
      at = end;
    }
    int whole = data.length() / length * length;
    if (!records.equals(data.getBuffer(0, whole)) || reader.partial() != data.length() - whole) {
      throw new AssertionError("other records, or " + reader.partial() + " bytes of the next");
    }
  }
}
