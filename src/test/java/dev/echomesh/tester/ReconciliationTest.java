package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestReport.Bytes;
import dev.echomesh.bus.TestReport.Peer;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
  @Test
  void shouldFindNothingWhenBothEndsAgree() {
    assertThat(Reconciliation.discrepancies(new Bytes(64, 64), peer(64, 64))).isEmpty();
    assertThat(Reconciliation.discrepancies(new Bytes(0, 0), peer(0, 0))).isEmpty();
  }

  @Test
  void shouldFindWhatWasLostOnTheWayThere() {
    assertThat(Reconciliation.discrepancies(new Bytes(100, 64), peer(64, 64)))
        .containsExactly("100 bytes sent here, but 64 received by the peer: 36 missing");
  }

  @Test
  void shouldFindWhatThePeerKept() {
    assertThat(Reconciliation.discrepancies(new Bytes(64, 60), peer(64, 60)))
        .containsExactly("64 bytes received by the peer, but 60 sent back by it: 4 missing");
  }

  @Test
  void shouldFindWhatWasLostOnTheWayBack() {
    assertThat(Reconciliation.discrepancies(new Bytes(64, 63), peer(64, 64)))
        .containsExactly("64 bytes sent back by the peer, but 63 received here: 1 missing");
  }

  @Test
  void shouldFindBytesFromNowhere() {
    assertThat(Reconciliation.discrepancies(new Bytes(64, 66), peer(65, 66)))
        .containsExactly(
            "64 bytes sent here, but 65 received by the peer: 1 too many",
            "65 bytes received by the peer, but 66 sent back by it: 1 too many");
  }

  @Test
  void shouldFindLossesThatCancelOut() {
    assertThat(Reconciliation.discrepancies(new Bytes(64, 64), peer(60, 64))).hasSize(2);
  }

  private static Peer peer(long received, long sent) {
    return new Peer(received, sent, null);
  }
}
