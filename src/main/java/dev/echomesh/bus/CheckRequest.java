package dev.echomesh.bus;

import dev.echomesh.spec.Durations;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to check of an echo server. Made by {@link #fromJson}, the one place where defaults and
 * limits are.
 *
 * @param checks in the order of {@link CheckName}; at least one
 * @param gentle fewer connections and fewer bytes, for a server that one does not own
 * @param timeout for a connection to be made, and without any byte moving where one should
 * @param deadline of one check as a whole
 * @param idle how long the check of that name leaves its connection alone
 * @param maxAbsorbed bytes that a server may take from a client that does not read; what this
 *     machine's own buffers hold is counted with them
 * @param tls null for plain TCP
 */
public record CheckRequest(
    Target target,
    List<CheckName> checks,
    boolean gentle,
    Duration timeout,
    Duration deadline,
    Duration idle,
    long maxAbsorbed,
    @Nullable ClientTls tls) {
  public CheckRequest {
    checks = List.copyOf(checks);
  }

  /**
   * Reads a request; an absent field has its default, an unknown one is ignored. Which checks are
   * wanted is told by {@code only} or {@code skip}, lists of names.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static CheckRequest fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    Duration second = Duration.ofSeconds(1);
    Duration hour = Duration.ofHours(1);
    List<CheckName> checks = checks(fields);
    Duration deadline = fields.duration("deadline", Duration.ofSeconds(60), second, hour);
    Duration usual = Collections.min(List.of(Duration.ofSeconds(5), deadline.dividedBy(2)));
    Duration timeout = fields.duration("timeout", usual, Duration.ofMillis(1), hour);
    Duration idle = fields.duration("idle", usual, Duration.ofMillis(1), hour);
    requireBelow(deadline, "timeout", timeout);
    if (checks.contains(CheckName.IDLE)) {
      requireBelow(deadline, "idle", idle);
    }
    return new CheckRequest(
        fields.target("target"),
        checks,
        fields.flag("gentle", false),
        timeout,
        deadline,
        idle,
        fields.size("maxAbsorbed", 64L << 20, 1 << 20, 1L << 30),
        ClientTls.of(fields.object("tls")));
  }

  /** Or the deadline would end a check before it could come to a verdict. */
  private static void requireBelow(Duration deadline, String field, Duration value) {
    if (value.compareTo(deadline) >= 0) {
      throw RequestException.invalid(
          field, Durations.print(value), "less than the deadline, " + Durations.print(deadline));
    }
  }

  /** The same checks, whose target was found there. */
  public CheckRequest at(SocketTarget where) {
    return new CheckRequest(
        target.at(where), checks, gentle, timeout, deadline, idle, maxAbsorbed, tls);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("target", target.toString())
        .put("only", new JsonArray(checks.stream().map(CheckName::key).toList()))
        .put("gentle", gentle)
        .put("timeout", Durations.print(timeout))
        .put("deadline", Durations.print(deadline))
        .put("idle", Durations.print(idle))
        .put("maxAbsorbed", maxAbsorbed)
        .put("tls", tls == null ? null : tls.toJson());
  }

  private static List<CheckName> checks(Fields fields) {
    Set<CheckName> only = names(fields, "only");
    Set<CheckName> wanted = only.isEmpty() ? EnumSet.allOf(CheckName.class) : only;
    wanted.removeAll(names(fields, "skip"));
    if (wanted.isEmpty()) {
      throw RequestException.invalid("skip", "nothing is left to check");
    }
    return List.copyOf(wanted);
  }

  private static Set<CheckName> names(Fields fields, String field) {
    Set<CheckName> names = EnumSet.noneOf(CheckName.class);
    for (String text : fields.texts(field)) {
      names.add(
          Stream.of(CheckName.values())
              .filter(name -> name.key().equals(text))
              .findFirst()
              .orElseThrow(
                  () ->
                      RequestException.invalid(
                          field,
                          text,
                          "one of "
                              + String.join(
                                  ", ",
                                  Stream.of(CheckName.values()).map(CheckName::key).toList()))));
    }
    return names;
  }
}
