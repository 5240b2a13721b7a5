package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * What the broken paths of a mesh have in common.
 *
 * @param subjects the node of {@code target_down}, {@code source_sick} and {@code reporter_silent};
 *     source and target of {@code path_down}; the zones from and to of {@code zone_cut}
 * @param sentence the same in plain words, one line
 */
public record MeshFinding(Kind kind, List<String> subjects, String sentence) {
  public MeshFinding {
    subjects = List.copyOf(subjects);
  }

  /** A closed set; ordered from the widest to the narrowest. */
  public enum Kind {
    /** All who probe a target fail. */
    TARGET_DOWN,
    /** All that a node probes fails, though others reach it. */
    SOURCE_SICK,
    /** Nothing is heard of a node's own probes. */
    REPORTER_SILENT,
    /** No probe from one zone to another succeeds, though both work inside. */
    ZONE_CUT,
    /** Only this pair fails. */
    PATH_DOWN;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind ofKey(String key) {
      return valueOf(key.toUpperCase(Locale.ROOT));
    }
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("kind", kind.key())
        .put("subjects", new JsonArray(subjects))
        .put("sentence", sentence);
  }

  public static MeshFinding fromJson(JsonObject json) {
    return new MeshFinding(
        Kind.ofKey(json.getString("kind")),
        json.getJsonArray("subjects").stream().map(String.class::cast).toList(),
        json.getString("sentence"));
  }
}
