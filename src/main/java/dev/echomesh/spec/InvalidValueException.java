package dev.echomesh.spec;

/** A value that cannot be used. The message is for the user: the value and what was expected. */
public final class InvalidValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String value;
  private final String expected;

  public InvalidValueException(String value, String expected) {
    super(value + " (expected " + expected + ")");
    this.value = value;
    this.expected = expected;
  }

  /** The value as it was given. */
  public String value() {
    return value;
  }

  /** What would have been right, to follow the word "expected". */
  public String expected() {
    return expected;
  }
}
