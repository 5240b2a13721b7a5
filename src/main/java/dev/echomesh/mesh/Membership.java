package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.config.StartException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the members of a cluster out of what the participants of its engine have announced.
 *
 * @param members by name; of those with one name the one that was first
 * @param strangers identities of participants that speak another protocol
 * @param namesakes identities of participants whose name an earlier one has
 */
record Membership(
    List<Member> members, Map<String, Member> strangers, Map<String, Member> namesakes) {
  /**
   * Sorts announcements.
   *
   * @param announced by identity; null where a participant has not announced itself yet
   */
  static Membership of(Map<String, @Nullable JsonObject> announced) {
    Map<String, Map.Entry<String, Member>> byName = new TreeMap<>();
    Map<String, Member> strangers = new LinkedHashMap<>();
    Map<String, Member> namesakes = new LinkedHashMap<>();
    List<Map.Entry<String, Member>> all = new ArrayList<>();
    announced.forEach(
        (id, json) -> {
          if (json != null) {
            all.add(Map.entry(id, Member.fromJson(json)));
          }
        });
    all.sort(
        Comparator.comparing((Map.Entry<String, Member> each) -> each.getValue().since())
            .thenComparing(Map.Entry::getKey));
    for (Map.Entry<String, Member> each : all) {
      Member member = each.getValue();
      if (member.protocol() != Member.PROTOCOL) {
        strangers.put(each.getKey(), member);
      } else if (byName.putIfAbsent(member.name(), each) != null) {
        namesakes.put(each.getKey(), member);
      }
    }
    return new Membership(
        byName.values().stream().map(Map.Entry::getValue).toList(), strangers, namesakes);
  }

  /** Why a node may not be a member beside these. */
  Optional<StartException> refusal(String cluster, String name) {
    if (!strangers.isEmpty()) {
      Member other = strangers.values().iterator().next();
      return Optional.of(
          new StartException(
              "mesh.cluster: %s: member %s (Echomesh %s) speaks protocol %d (expected %d, which this version speaks)"
                  .formatted(
                      cluster, other.name(), other.version(), other.protocol(), Member.PROTOCOL)));
    }
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .map(
            other ->
                new StartException(
                    "node.name: %s (expected a name that no member of cluster %s has; the one at %s has it)"
                        .formatted(name, cluster, other.host())));
  }
}
