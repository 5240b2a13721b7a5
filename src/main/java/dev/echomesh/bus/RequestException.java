package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request that is not carried out, with its code and a message for whoever asked. */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern FIELD = Pattern.compile("([a-zA-Z.]+): (.*)", Pattern.DOTALL);

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

  /** The body of a request, which must be an object. */
  public static JsonObject object(@Nullable Object body) {
    if (body instanceof JsonObject json) {
      return json;
    }
    throw invalid("request", String.valueOf(body), "a JSON object");
  }

  /** What a reply with that failure code and message said. */
  public static RequestException ofReply(int code, String message) {
    Failure failure = Failure.ofCode(code);
    Matcher field = FIELD.matcher(message);
    return failure == Failure.INVALID_REQUEST && field.matches()
        ? invalid(field.group(1), field.group(2))
        : new RequestException(failure, message);
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
