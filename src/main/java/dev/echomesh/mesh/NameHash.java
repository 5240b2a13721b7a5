package dev.echomesh.mesh;

/** Hashes of names that are the same on every machine and in every version. */
final class NameHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private NameHash() {}

  /** FNV-1a over the UTF-16 units, then mixed, so that every bit depends on every unit. */
  static long of(String name) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** Of an ordered pair of hashes. */
  static long of(long first, long second) {
    return mix(first + mix(second + 0x9e3779b97f4a7c15L));
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood: OOPSLA 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
