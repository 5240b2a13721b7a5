package dev.echomesh.wire;

/**
 * The mixing function of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, OOPSLA 2014): random access to a stream of bits that nothing compresses.
 */
public final class SplitMix64 {
  /** What the state grows by from word to word. */
  static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private SplitMix64() {}

  /** The word at an index of the stream that begins with the seed. */
  public static long word(long seed, long index) {
    return mix(seed + GOLDEN * (index + 1));
  }

  /** Stafford's variant 13 of the 64-bit finaliser of MurmurHash3. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
