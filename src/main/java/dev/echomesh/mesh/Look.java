package dev.echomesh.mesh;

import dev.echomesh.bus.ProbeKind;

/** What a probe of a path does: the ways to look at it. */
enum Look {
  /** Short frames on a connection that stays. */
  SHORT("frames"),
  /** Frames that are longer than a packet, on the same connection. */
  LONG("long frames"),
  /** A new connection with a source port of its own. */
  CONNECT("a new connection");

  private final String words;

  Look(String words) {
    this.words = words;
  }

  /** Of the probe that does it, which does one thing at a time. */
  ProbeKind kind() {
    return this == CONNECT ? ProbeKind.CONNECT : ProbeKind.FRAMES;
  }

  /** For the beginning of a sentence about it. */
  String words() {
    return words;
  }
}
