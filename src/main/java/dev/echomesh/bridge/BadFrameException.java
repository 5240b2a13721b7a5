package dev.echomesh.bridge;

/** Bytes that are no frame, or a frame that says nothing; the message is for its sender. */
final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  BadFrameException(String message) {
    super(message);
  }
}
