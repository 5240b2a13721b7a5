package dev.echomesh.mesh;

/** What one probe says of its path. */
enum Grade {
  /** Everything came back, at the first attempt. */
  GOOD,
  /** Something came back, but not everything, or TCP had to repeat. */
  IMPAIRED,
  /** Nothing came back. */
  FAILED
}
