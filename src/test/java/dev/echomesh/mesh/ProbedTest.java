package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.testing.LocalNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbedTest {
  @Test
  void shouldProbeANodeByBothKindsAndBothLengths() {
    Member member =
        new Member(
            "b", "", "", "10.0.0.2", 7802, "1", Member.PROTOCOL, MemberState.UP, Instant.EPOCH);

    Probed probed = Probed.of(member, SimulatedMesh.PROBING, null);

    assertThat(probed.target()).hasToString("10.0.0.2:7802");
    assertThat(probed.looks().calm()).contains(Look.SHORT, Look.CONNECT, Look.LONG);
    assertThat(probed.frameLength(Look.LONG)).isEqualTo(9000);
    assertThat(probed.frameLength(Look.CONNECT)).isEqualTo(64);
    // (8 x 2 x 64 + 64 + 3 x 9000) / 12
    assertThat(probed.bytes()).isEqualTo(2340);
  }

  @Test
  void shouldSendNothingToAPortThatDoesNotEcho() {
    Probed probed = plain("mode: connect");

    assertThat(probed.to()).isEqualTo("probe:x");
    assertThat(probed.looks().calm()).containsExactly(Look.CONNECT);
    assertThat(probed.bytes()).isZero();
  }

  @Test
  void shouldSendFramesOfOneLengthToATargetThatEchoes() {
    Probed probed = plain("mode: echo");

    assertThat(probed.looks().calm()).contains(Look.SHORT, Look.CONNECT).doesNotContain(Look.LONG);
    assertThat(probed.frames(Look.CONNECT)).isEqualTo(1);
    assertThat(probed.bytes()).isPositive();
  }

  private static Probed plain(String mode) {
    return Probed.of(
        LocalNode.parse("probes: [{name: x, target: 'host:7', %s}]".formatted(mode))
            .probes()
            .get(0));
  }
}
