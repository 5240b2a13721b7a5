package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** Tells which nodes a test is to be run from. */
final class Sources {
  private Sources() {}

  /**
   * The names in the field {@code from}. {@code all} are all that do not leave; a node that is
   * itself the target is left out of them, as long as there is another.
   *
   * @throws RequestException if it cannot be used
   */
  static List<String> of(JsonObject request, Target target, Members members) {
    Object from = request.getValue("from");
    if ("all".equals(from)) {
      List<String> all =
          members.members().stream()
              .filter(member -> member.state() == MemberState.UP)
              .map(Member::name)
              .toList();
      List<String> others =
          all.stream()
              .filter(name -> !(target instanceof NodeTarget node && node.node().equals(name)))
              .toList();
      return others.isEmpty() ? all : others;
    }
    if (!(from instanceof JsonArray names)
        || names.isEmpty()
        || !names.stream().allMatch(String.class::isInstance)) {
      throw RequestException.invalid(
          "from", String.valueOf(from), "a list of members of the mesh, or all");
    }
    List<String> wanted = names.stream().map(String.class::cast).distinct().toList();
    for (String name : wanted) {
      if (members.find(name).isEmpty()) {
        throw RequestException.invalid(
            "from",
            name,
            "members of the mesh: "
                + members.members().stream().map(Member::name).collect(Collectors.joining(", ")));
      }
    }
    return wanted;
  }
}
