package dev.echomesh.bus;

import java.util.stream.Stream;

/** Failure codes of a bus request; the message names the field at fault. */
public enum Failure {
  /** A field is missing, of a wrong type or out of range. */
  INVALID_REQUEST(400),
  /** The configuration does not permit it. */
  NOT_ALLOWED(403),
  /** No run, probe or node of that name. */
  NOT_FOUND(404),
  /** The node as it is now cannot do it. */
  CONFLICT(409),
  /** As many runs or probes as permitted are under way. */
  BUSY(429),
  /** A defect of ours. */
  INTERNAL(500),
  /** The node that was asked is not a member of the cluster, or is not one any more. */
  NODE_DOWN(503);

  private final int code;

  Failure(int code) {
    this.code = code;
  }

  /** The failure with that {@code failureCode}; {@link #INTERNAL} for an unknown one. */
  public static Failure ofCode(int code) {
    return Stream.of(values()).filter(f -> f.code == code).findFirst().orElse(INTERNAL);
  }

  /** The {@code failureCode} of the reply. */
  public int code() {
    return code;
  }
}
