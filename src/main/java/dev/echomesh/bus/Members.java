package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of a cluster as one of them sees them.
 *
 * @param self the name of that one
 * @param members by name, that one included
 * @param tls how its tester gets into the endpoints {@code mesh}; null for plain text
 */
public record Members(String self, List<Member> members, @Nullable ClientTls tls) {
  public Members {
    members = List.copyOf(members);
  }

  public Optional<Member> find(String name) {
    return members.stream().filter(member -> member.name().equals(name)).findFirst();
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("self", self)
        .put("members", new JsonArray(members.stream().map(Member::toJson).toList()))
        .put("tls", tls == null ? null : tls.toJson());
  }

  public static Members fromJson(JsonObject json) {
    return new Members(
        json.getString("self"),
        json.getJsonArray("members").stream()
            .map(member -> Member.fromJson((JsonObject) member))
            .toList(),
        ClientTls.of(new Fields(json).object("tls")));
  }
}
