package dev.echomesh.echo;

import java.util.Locale;

/** Why this side ended a connection that it had served. */
enum Ending {
  /** No byte moved for the endpoint's idle timeout. */
  IDLE,
  /** The client took nothing of what it was owed for the endpoint's stall timeout. */
  STALLED,
  /** The node kept more than configured, and this client had taken nothing for a while. */
  MAX_BUFFERED,
  /** An exception in our own code, or memory ran out. */
  FAILURE;

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
