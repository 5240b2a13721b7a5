package dev.echomesh.spec;

/** As {@link InvalidValueException}, of one among several named values. */
public final class InvalidFieldException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String expected;

  public InvalidFieldException(String field, String value, String expected) {
    super(field + ": " + value + " (expected " + expected + ")");
    this.field = field;
    this.value = value;
    this.expected = expected;
  }

  public String field() {
    return field;
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
