package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TcpTotalsTest {
  private static final TcpInfo ONE = new TcpInfo(1, 100, 10, 20, 1500, 1448);
  private static final TcpInfo OTHER = new TcpInfo(5, 300, 30, 40, 9000, 8948);

  @Test
  void shouldSayNothingOfNoConnection() {
    assertThat(new TcpTotals().info()).isNull();
    TcpTotals totals = new TcpTotals();
    totals.add(new TcpTotals());
    assertThat(totals.info()).isNull();
  }

  @Test
  void shouldLeaveOneAsItIs() {
    TcpTotals totals = new TcpTotals();
    totals.add(ONE);

    assertThat(totals.info()).isEqualTo(ONE);
  }

  @Test
  void shouldAddRetransmitsAverageTimesAndTakeTheSmallestSizes() {
    TcpTotals totals = new TcpTotals();
    totals.add(ONE);
    totals.add(OTHER);

    assertThat(totals.info()).isEqualTo(new TcpInfo(6, 200, 20, 30, 1500, 1448));
  }

  @Test
  void shouldComeToTheSameInParts() {
    TcpTotals whole = new TcpTotals();
    TcpTotals part = new TcpTotals();
    TcpTotals rest = new TcpTotals();
    for (int i = 0; i < 10; i++) {
      TcpInfo info = new TcpInfo(i, 10L * i, i, 2L * i, 1500 + i, 1000 - i);
      whole.add(info);
      (i < 3 ? part : rest).add(info);
    }
    rest.add(part);

    assertThat(rest.info()).isEqualTo(whole.info());
  }

  @Test
  void shouldCountRetransmitsSinceAnEarlierLook() {
    assertThat(OTHER.since(ONE)).isEqualTo(new TcpInfo(4, 300, 30, 40, 9000, 8948));
  }
}
