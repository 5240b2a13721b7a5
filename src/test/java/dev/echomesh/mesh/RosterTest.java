package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.MeshNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes are letters. A capital letter is about to leave. */
class RosterTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MINUTE = 60_000_000_000L;

  private final Roster roster = new Roster("a", MINUTE);

  @Test
  void shouldRememberWhoVanishedWithoutAWord() {
    follow("abc", 0);
    follow("ab", 1);

    assertThat(states()).containsExactly("a up", "b up", "c lost");
    assertThat(roster.present()).containsExactly("a", "b");
    assertThat(roster.places()).extracting(Place::name).containsExactly("a", "b", "c");
    assertThat(roster.sinceNanos("c")).isEqualTo(1);
  }

  @Test
  void shouldForgetAtOnceWhoSaidThatItWouldLeave() {
    follow("abC", 0);
    assertThat(states()).containsExactly("a up", "b up", "c leaving");
    assertThat(roster.places()).extracting(Place::name).containsExactly("a", "b");

    follow("ab", 1);

    assertThat(states()).containsExactly("a up", "b up");
  }

  @Test
  void shouldForgetALostNodeAfterAWhile() {
    follow("abc", 0);
    follow("ab", 1);

    assertThat(roster.forget(MINUTE)).isFalse();
    assertThat(roster.forget(MINUTE + 1)).isTrue();
    assertThat(roster.forget(MINUTE + 1)).isFalse();

    assertThat(states()).containsExactly("a up", "b up");
  }

  @Test
  void shouldTakeBackALostNode() {
    follow("abc", 0);
    follow("ab", 1);
    follow("abc", 2);

    assertThat(states()).containsExactly("a up", "b up", "c up");
    assertThat(roster.sinceNanos("c")).isEqualTo(2);
    assertThat(roster.forget(10 * MINUTE)).isFalse();
  }

  @Test
  void shouldThinkItselfCutOffWhenItSeesLessThanHalf() {
    follow("abcde", 0);
    assertThat(roster.isIsolated()).isFalse();
    follow("abc", 1);
    assertThat(roster.isIsolated()).isFalse();
    follow("ab", 2);
    assertThat(roster.isIsolated()).isTrue();
    follow("abc", 3);
    assertThat(roster.isIsolated()).isFalse();
  }

  @Test
  void shouldNotThinkItselfCutOffAlone() {
    assertThat(roster.isIsolated()).isFalse();
    follow("a", 0);
    assertThat(roster.isIsolated()).isFalse();
    follow("ab", 0);
    follow("a", 1);
    assertThat(roster.isIsolated()).as("either of two may be the one").isFalse();
  }

  private void follow(String names, long nanos) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < names.length(); i++) {
      char letter = names.charAt(i);
      MemberState state = Character.isUpperCase(letter) ? MemberState.LEAVING : MemberState.UP;
      String name = String.valueOf(Character.toLowerCase(letter));
      members.add(new Member(name, "z", "r", "::1", 7, "1", 1, state, NOW));
    }
    roster.follow(members, NOW, nanos);
  }

  private List<String> states() {
    List<MeshNode> nodes = roster.nodes();
    return nodes.stream().map(node -> node.name() + " " + node.state().key()).toList();
  }
}
