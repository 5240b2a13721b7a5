package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.ProbeKind;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns(Looks.OF_A_NODE);

  private List<Look> next(int count) {
    return Stream.generate(() -> turns.next(Set.of())).limit(count).toList();
  }

  @Test
  void shouldMakeOneNewConnectionInTwelveProbesWhileAllIsWell() {
    List<Look> looks = next(24);

    assertThat(looks.subList(0, 12)).isEqualTo(looks.subList(12, 24));
    assertThat(looks).filteredOn(look -> look == Look.CONNECT).hasSize(2);
    assertThat(looks).filteredOn(look -> look == Look.LONG).hasSize(6);
  }

  @Test
  void shouldTryANewConnectionAtOnceWhenSomethingIsWrongAndThenOftener() {
    assertThat(next(3)).doesNotContain(Look.LONG);
    turns.suspect(true);

    List<Look> looks = next(8);

    assertThat(looks.get(0)).isEqualTo(Look.CONNECT);
    assertThat(looks).filteredOn(look -> look == Look.CONNECT).hasSize(2);
    assertThat(looks).contains(Look.SHORT, Look.LONG);
  }

  @Test
  void shouldGoOnWhereItWasWhenNothingHasChanged() {
    turns.suspect(true);
    assertThat(next(1)).containsExactly(Look.CONNECT);

    turns.suspect(true);

    assertThat(next(1)).isNotEqualTo(List.of(Look.CONNECT));
  }

  @Test
  void shouldPassOverWhatIsUnderWay() {
    turns.suspect(true);

    assertThat(turns.next(Set.of(ProbeKind.CONNECT)).kind()).isEqualTo(ProbeKind.FRAMES);
    assertThat(turns.next(Set.of(ProbeKind.FRAMES))).isEqualTo(Look.CONNECT);
  }
}
