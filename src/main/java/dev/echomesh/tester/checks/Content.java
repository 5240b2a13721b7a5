package dev.echomesh.tester.checks;

import dev.echomesh.wire.SplitMix64;

/** The bytes of one connection, each predictable from its offset. */
@FunctionalInterface
interface Content {
  /** Each value from 0 to 255, in rows that begin with another one each. */
  Content ALL_VALUES = offset -> (byte) (offset + (offset >> 8));

  /** Rows of 64 KiB and a byte of the same value, which a compressing path makes nothing of. */
  Content LONG_RUNS = offset -> (byte) (offset / 65_537 * 0x55);

  byte at(long offset);

  /** Bytes that nothing compresses, others for each seed. */
  static Content incompressible(long seed) {
    long start = SplitMix64.word(seed, 0);
    return offset -> (byte) (SplitMix64.word(start, offset >> 3) >>> (56 - ((offset & 7) << 3)));
  }

  /** A row of them. */
  default byte[] bytes(long offset, int length) {
    byte[] row = new byte[length];
    for (int i = 0; i < length; i++) {
      row[i] = at(offset + i);
    }
    return row;
  }
}
