package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaggardsTest {
  private static final List<String> ALL = List.of("a", "b", "c", "d");

  private final Laggards<String> laggards = new Laggards<>();

  @Test
  void shouldNameWhoIsLateAtTwoLooksInARow() {
    assertThat(look(9, "a", "c")).isEmpty();
    assertThat(look(9, "a", "b")).containsExactly("a");
    assertThat(look(9, "b", "c")).containsExactly("b");
    assertThat(look(9)).isEmpty();
    assertThat(look(9, "c")).isEmpty();
  }

  @Test
  void shouldNameTheFirstAndRememberTheOthers() {
    assertThat(look(2, "a", "b", "c", "d")).isEmpty();
    assertThat(look(2, "a", "b", "c", "d")).containsExactly("a", "b");
    assertThat(look(0, "c", "d")).isEmpty();
    assertThat(look(2, "c", "d")).containsExactly("c", "d");
  }

  @Test
  void shouldBeginAnew() {
    assertThat(look(9, "a")).isEmpty();
    laggards.forget();
    assertThat(look(9, "a")).isEmpty();
  }

  private List<String> look(int most, String... late) {
    return laggards.look(ALL, Set.of(late)::contains, most);
  }
}
