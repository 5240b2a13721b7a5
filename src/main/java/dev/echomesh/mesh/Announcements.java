package dev.echomesh.mesh;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the participants of the cluster's engine have announced last. A present one whose
 * announcement cannot be read for a while, because partitions have merged and it has not told it
 * again yet, has not gone. Not safe for threads.
 */
final class Announcements {
  private final Map<String, JsonObject> last = new HashMap<>();

  /**
   * Takes what is announced now.
   *
   * @param now of every present participant by identity; null where nothing can be read
   * @return the same, with what was read before where nothing can be read now
   */
  Map<String, @Nullable JsonObject> take(Map<String, @Nullable JsonObject> now) {
    last.keySet().retainAll(now.keySet());
    Map<String, @Nullable JsonObject> known = new LinkedHashMap<>();
    now.forEach(
        (id, announcement) -> {
          if (announcement != null) {
            last.put(id, announcement);
          }
          known.put(id, last.get(id));
        });
    return known;
  }
}
