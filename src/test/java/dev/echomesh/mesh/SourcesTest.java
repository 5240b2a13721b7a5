package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
  private static final Members THREE =
      new Members(
          "a",
          List.of(
              member("a", MemberState.UP),
              member("b", MemberState.UP),
              member("c", MemberState.LEAVING)),
          null);

  @Test
  void shouldTakeAllThatStayButTheTargetItself() {
    assertThat(of("all", "host:7")).containsExactly("a", "b");
    assertThat(of("all", "@b/echo")).containsExactly("a");
  }

  @Test
  void shouldTakeTheTargetItselfIfThereIsNobodyElse() {
    Members alone = new Members("a", List.of(member("a", MemberState.UP)), null);

    assertThat(Sources.of(from("all"), Target.parse("@a"), alone)).containsExactly("a");
  }

  @Test
  void shouldTakeWhoIsNamedOnceInTheOrderGiven() {
    assertThat(of(new JsonArray().add("b").add("a").add("b"), "@b")).containsExactly("b", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[7]", "\"b\"", "{}", "null"})
  void shouldRefuseWhatIsNoListOfNames(String from) {
    JsonObject request = new JsonObject("{\"from\": " + from + "}");

    assertThatThrownBy(() -> Sources.of(request, Target.parse("host:7"), THREE))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("from: ")
        .hasMessageEndingWith("(expected a list of members of the mesh, or all)");
  }

  @Test
  void shouldNameWhoIsNoMember() {
    assertThatThrownBy(() -> of(new JsonArray().add("a").add("x"), "host:7"))
        .hasMessage("from: x (expected members of the mesh: a, b, c)");
  }

  private static List<String> of(Object from, String target) {
    return Sources.of(from(from), Target.parse(target), THREE);
  }

  private static JsonObject from(Object from) {
    return new JsonObject().put("from", from);
  }

  private static Member member(String name, MemberState state) {
    return new Member(name, "", "", "::1", 7, "1", Member.PROTOCOL, state, Instant.EPOCH);
  }
}
