package dev.echomesh.client;

import java.io.Serial;

/** A node that cannot be asked. The message is one line for the user, and names the node. */
public final class NodeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  NodeException(String message, Throwable cause) {
    super(message, cause);
  }

  NodeException(String message) {
    super(message);
  }
}
