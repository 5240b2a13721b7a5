package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static Member member(String name, int protocol, int second) {
    return new Member(
        name,
        "z",
        "r",
        "10.0.0." + second,
        7802,
        "1.0",
        protocol,
        MemberState.UP,
        START.plusSeconds(second));
  }

  @Test
  void shouldOrderMembersByNameAndLeaveOutWhoHasNotAnnouncedItself() {
    Map<String, @Nullable JsonObject> announced = new LinkedHashMap<>();
    announced.put("b-1", member("b", Member.PROTOCOL, 1).toJson());
    announced.put("c-1", null);
    announced.put("a-1", member("a", Member.PROTOCOL, 2).toJson());

    assertThat(Membership.of(announced).members())
        .containsExactly(member("a", Member.PROTOCOL, 2), member("b", Member.PROTOCOL, 1));
  }

  @Test
  void shouldTolerateFieldsThatALaterVersionAdds() {
    JsonObject later =
        member("a", Member.PROTOCOL, 1).toJson().put("colour", "blue").put("state", "resting");

    assertThat(Membership.of(Map.of("a-1", later)).members())
        .containsExactly(member("a", Member.PROTOCOL, 1));
  }

  @Test
  void shouldLetTheFirstOfTwoNamesakesStay() {
    Membership seen =
        Membership.of(
            Map.of(
                "b-2", member("b", Member.PROTOCOL, 9).toJson(),
                "b-1", member("b", Member.PROTOCOL, 3).toJson()));

    assertThat(seen.members()).containsExactly(member("b", Member.PROTOCOL, 3));
    assertThat(seen.namesakes()).containsOnlyKeys("b-2");
    assertThat(seen.refusal("x", "b"))
        .hasValueSatisfying(
            refusal ->
                assertThat(refusal)
                    .hasMessage(
                        "node.name: b (expected a name that no member of cluster x has; the one at"
                            + " 10.0.0.3 has it)"));
    assertThat(seen.refusal("x", "a")).isEmpty();
  }

  @Test
  void shouldRefuseAClusterOfAnotherProtocol() {
    Membership seen = Membership.of(Map.of("b-1", member("b", Member.PROTOCOL + 1, 3).toJson()));

    assertThat(seen.members()).isEmpty();
    assertThat(seen.refusal("x", "a"))
        .hasValueSatisfying(
            refusal ->
                assertThat(refusal)
                    .hasMessage(
                        "mesh.cluster: x: member b (Echomesh 1.0) speaks protocol 2 (expected 1,"
                            + " which this version speaks)"));
  }

  @Test
  void shouldReadWhatItWrites() {
    Members members =
        new Members(
            "a",
            List.of(member("a", 1, 1), member("b", 1, 2).with(MemberState.LEAVING, START)),
            new ClientTls("ca", "crt", "key", false));

    assertThat(Members.fromJson(new JsonObject(members.toJson().encode()))).isEqualTo(members);
    assertThat(Members.fromJson(new Members("a", List.of(), null).toJson()).tls()).isNull();
  }
}
