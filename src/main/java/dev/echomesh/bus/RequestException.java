package dev.echomesh.bus;

import org.jspecify.annotations.Nullable;

/** A request that is not carried out, with its code and a message for whoever asked. */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;
  private final @Nullable String field;
  private final String complaint;

  public RequestException(Failure failure, String message) {
    this(failure, null, message);
  }

  private RequestException(Failure failure, @Nullable String field, String complaint) {
    super(field == null ? complaint : field + ": " + complaint);
    this.failure = failure;
    this.field = field;
    this.complaint = complaint;
  }

  /** A field whose value cannot be used: {@code frameLength: 12 (expected 32 to 1048576 bytes)}. */
  public static RequestException invalid(String field, Object value, String expected) {
    return invalid(field, value + " (expected " + expected + ")");
  }

  /** A field that something is wrong with. */
  public static RequestException invalid(String field, String complaint) {
    return new RequestException(Failure.INVALID_REQUEST, field, complaint);
  }

  public Failure failure() {
    return failure;
  }

  /** The field at fault, if it is one. */
  public @Nullable String field() {
    return field;
  }

  /** The message without the field. */
  public String complaint() {
    return complaint;
  }
}
