package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final JsonObject FIRST = new JsonObject().put("name", "a");
  private static final JsonObject SECOND =
      new JsonObject().put("name", "a").put("state", "leaving");

  private final Announcements announcements = new Announcements();

  @Test
  void shouldKnowAPresentOneThoughItCannotBeReadForAWhile() {
    take("a", FIRST);

    assertThat(take("a", null)).containsEntry("a", FIRST);
    assertThat(take("a", SECOND)).containsEntry("a", SECOND);
    assertThat(take("a", null)).containsEntry("a", SECOND);
  }

  @Test
  void shouldKnowNothingOfOneThatHasNotAnnouncedItself() {
    assertThat(take("a", null)).containsEntry("a", null);
  }

  @Test
  void shouldForgetOneThatHasGone() {
    take("a", FIRST);
    take("b", SECOND);

    assertThat(take("a", null)).containsEntry("a", null);
  }

  private Map<String, @Nullable JsonObject> take(String id, @Nullable JsonObject announcement) {
    Map<String, @Nullable JsonObject> now = new HashMap<>();
    now.put(id, announcement);
    return announcements.take(now);
  }
}
