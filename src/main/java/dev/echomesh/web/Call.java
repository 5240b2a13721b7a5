package dev.echomesh.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that has passed the gate, read by names. */
final class Call {
  private final RoutingContext context;

  Call(RoutingContext context) {
    this.context = context;
  }

  /** A parameter of the path. */
  String path(String name) {
    return String.valueOf(context.pathParam(name));
  }

  /** Every value of a parameter of the query, in order. */
  List<String> all(String name) {
    return context.queryParam(name);
  }

  /** The value of a parameter of the query; null without. Twice is an error. */
  @Nullable String one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw invalid(name, "given %d times (expected once)".formatted(values.size()));
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** A whole number of the query within its range. */
  int number(String name, int defaultValue, int min, int max) {
    String text = one(name);
    if (text == null) {
      return defaultValue;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as what is out of range
    }
    throw invalid(name, text + " (expected " + min + " to " + max + ")");
  }

  /** Refuses parameters that the operation does not have. */
  void allow(Set<String> parameters) {
    for (String name : context.queryParams().names()) {
      if (!parameters.contains(name)) {
        throw invalid(
            name,
            parameters.isEmpty()
                ? "unknown (expected no parameter)"
                : "unknown (expected " + String.join(", ", parameters) + ")");
      }
    }
  }

  /** The body, an object. */
  JsonObject object() {
    try {
      if (context.body().buffer() != null
          && context.body().buffer().toJsonValue() instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      // what follows is where it was found, in the parser's own terms
      String cause = String.valueOf(e.getMessage()).split("\\R| \\(start | at \\[Source", 2)[0];
      throw new ProblemException(Problem.of(400, "body: not JSON: " + cause));
    }
    throw new ProblemException(Problem.of(400, "body: expected a JSON object"));
  }

  /** Whether a body of one type is wanted before one of the other. */
  boolean prefers(String type, String other) {
    for (MIMEHeader accepted : context.parsedHeaders().accept()) {
      String range =
          (accepted.component() + "/" + accepted.subComponent()).toLowerCase(Locale.ROOT);
      if (range.equals(type)) {
        return true;
      }
      if (range.equals(other) || range.equals("*/*")) {
        return false;
      }
    }
    return false;
  }

  boolean hasBody() {
    String length = header(HttpHeaders.CONTENT_LENGTH);
    return header(HttpHeaders.TRANSFER_ENCODING) != null || (length != null && !length.equals("0"));
  }

  private @Nullable String header(CharSequence name) {
    return context.request().getHeader(name);
  }

  private static ProblemException invalid(String parameter, String complaint) {
    return new ProblemException(Problem.of(400, parameter, parameter + ": " + complaint));
  }
}
