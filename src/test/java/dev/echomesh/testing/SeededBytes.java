package dev.echomesh.testing;

import java.util.SplittableRandom;

/** An endless stream of bytes that is the same for the same seed, however it is cut. */
final class SeededBytes {
  private final SplittableRandom random;
  private final byte[] block = new byte[8 * 1024];
  private int next = block.length;

  SeededBytes(long seed) {
    this.random = new SplittableRandom(seed);
  }

  void fill(byte[] target, int length) {
    for (int filled = 0; filled < length; ) {
      if (next == block.length) {
        random.nextBytes(block);
        next = 0;
      }
      int count = Math.min(length - filled, block.length - next);
      System.arraycopy(block, next, target, filled, count);
      next += count;
      filled += count;
    }
  }
}
