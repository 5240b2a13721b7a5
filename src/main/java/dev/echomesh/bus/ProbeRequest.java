package dev.echomesh.bus;

import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one asks of a probe that lives as long as it is sampled. */
public sealed interface ProbeRequest {
  /** Frames that one sample can have at most. */
  int MOST_FRAMES = 100;

  /**
   * Reads a request; an absent field has its default, an unknown one is ignored.
   *
   * @throws RequestException naming the field that cannot be used
   */
  static ProbeRequest fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    if (!fields.has("action")) {
      throw RequestException.invalid("action", "missing (expected open, sample or close)");
    }
    return switch (fields.choice("action", Action.OPEN, Action.class, Action::key)) {
      case OPEN ->
          new Open(
              fields.target("target"),
              fields.choice("kind", ProbeKind.FRAMES, ProbeKind.class, ProbeKind::key),
              frameLength(fields, 64),
              fields.duration(
                  "timeout", Duration.ofSeconds(2), Duration.ofMillis(1), Duration.ofHours(1)),
              ClientTls.of(fields.object("tls")));
      case SAMPLE ->
          new Sample(
              probe(fields),
              (int) fields.number("frames", 1, 0, MOST_FRAMES),
              fields.has("frameLength") ? frameLength(fields, 0) : null);
      case CLOSE -> new Close(probe(fields));
    };
  }

  JsonObject toJson();

  /** The word that tells one request from the other. */
  enum Action {
    OPEN,
    SAMPLE,
    CLOSE;

    /** The name in a request. */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Opens a probe; no connection is made before the first sample. The reply is {@code {"probe":
   * id}}.
   *
   * @param frameLength bytes, 32 to 1,048,576, where a sample does not say otherwise
   * @param timeout for a connection to be made, and for a frame to come back
   * @param tls null for plain TCP
   */
  record Open(
      Target target, ProbeKind kind, int frameLength, Duration timeout, @Nullable ClientTls tls)
      implements ProbeRequest {
    @Override
    public JsonObject toJson() {
      return new JsonObject()
          .put("action", Action.OPEN.key())
          .put("target", target.toString())
          .put("kind", kind.key())
          .put("frameLength", frameLength)
          .put("timeout", Durations.print(timeout))
          .put("tls", tls == null ? null : tls.toJson());
    }
  }

  /**
   * Takes a sample, whose reply is a {@link ProbeSample}. One at a time: a second one is refused as
   * {@link Failure#BUSY}.
   *
   * @param frames sent one after the other, 0 to {@value #MOST_FRAMES}; with 0 a connection is made
   *     where there is none, and no more
   * @param frameLength bytes; null for that of {@link Open}
   */
  record Sample(String probe, int frames, @Nullable Integer frameLength) implements ProbeRequest {
    @Override
    public JsonObject toJson() {
      return new JsonObject()
          .put("action", Action.SAMPLE.key())
          .put("probe", probe)
          .put("frames", frames)
          .put("frameLength", frameLength);
    }
  }

  /** Ends a probe and its connection. */
  record Close(String probe) implements ProbeRequest {
    @Override
    public JsonObject toJson() {
      return new JsonObject().put("action", Action.CLOSE.key()).put("probe", probe);
    }
  }

  private static int frameLength(Fields fields, long defaultBytes) {
    return (int) fields.size("frameLength", defaultBytes, 32, 1 << 20);
  }

  private static String probe(Fields fields) {
    String probe = fields.text("probe");
    if (probe == null) {
      throw RequestException.invalid("probe", "missing (expected the id of an open probe)");
    }
    return probe;
  }
}
