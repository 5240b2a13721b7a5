package dev.echomesh.spec;

/** Why something failed, for a line that a user reads. */
public final class Cause {
  private static final String SYSTEM_CALL = "^\\S+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ";

  private Cause() {}

  /**
   * The first line of the message at the root, without the system call that Netty puts before what
   * the system said; the class where there is no message.
   */
  public static String inShort(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow().replaceFirst(SYSTEM_CALL, "");
  }
}
