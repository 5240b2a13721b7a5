package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.spec.SocketAddresses;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLogTest {
  private static final InetSocketAddress CLIENT = client(40_000);
  private static final int PORT = 7;
  private static final int MAX_ENDED = 3;

  private final AtomicLong nanos = new AtomicLong();
  private final ConnectionLog log = new ConnectionLog(nanos::get, MAX_ENDED);

  @Test
  void shouldKnowAnOpenConnectionForEver() {
    ConnectionCounters counters = log.begin(PORT, CLIENT);
    counters.set(10, 5);
    nanos.addAndGet(100 * ConnectionLog.KEPT_NANOS);

    assertThat(log.find(PORT, CLIENT)).containsSame(counters);
    assertThat(counters.isOpen()).isTrue();
    assertThat(counters.received()).isEqualTo(10);
    assertThat(counters.sent()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5})
  void shouldKeepAnEndedConnectionForSixtySeconds(long start) {
    nanos.set(start);
    ConnectionCounters counters = log.begin(PORT, CLIENT);
    log.end(PORT, CLIENT, counters);
    assertThat(counters.isOpen()).isFalse();

    nanos.set(start + ConnectionLog.KEPT_NANOS);
    assertThat(ConnectionLog.KEPT_NANOS).isEqualTo(60_000_000_000L);
    assertThat(log.find(PORT, CLIENT)).containsSame(counters);

    nanos.set(start + ConnectionLog.KEPT_NANOS + 1);
    assertThat(log.find(PORT, CLIENT)).isEmpty();
  }

  @Test
  void shouldKeepOnlySoManyEndedConnections() {
    ConnectionCounters open = log.begin(PORT, CLIENT);
    for (int port = 1; port <= 10; port++) {
      log.end(PORT, client(port), log.begin(PORT, client(port)));
    }

    for (int port = 1; port <= 10; port++) {
      assertThat(log.find(PORT, client(port)).isPresent()).as("port %d", port).isEqualTo(port > 7);
    }
    assertThat(log.find(PORT, CLIENT)).containsSame(open);
  }

  @Test
  void shouldKnowTheLatestConnectionOfAPortThatIsUsedAgain() {
    ConnectionCounters first = log.begin(PORT, CLIENT);
    log.end(PORT, CLIENT, first);
    nanos.addAndGet(ConnectionLog.KEPT_NANOS / 2);
    ConnectionCounters second = log.begin(PORT, CLIENT);
    assertThat(log.find(PORT, CLIENT)).containsSame(second);

    nanos.addAndGet(ConnectionLog.KEPT_NANOS);
    assertThat(log.find(PORT, CLIENT))
        .as("the first is forgotten, not the second")
        .containsSame(second);

    log.end(PORT, CLIENT, second);
    nanos.addAndGet(ConnectionLog.KEPT_NANOS + 1);
    assertThat(log.find(PORT, CLIENT)).isEmpty();
  }

  @Test
  void shouldTellConnectionsOfOneClientToTwoPortsApart() {
    ConnectionCounters one = log.begin(PORT, CLIENT);
    ConnectionCounters other = log.begin(PORT + 1, CLIENT);
    log.end(PORT, CLIENT, one);

    assertThat(log.find(PORT, CLIENT)).containsSame(one);
    assertThat(log.find(PORT + 1, CLIENT)).containsSame(other);
    nanos.addAndGet(ConnectionLog.KEPT_NANOS + 1);
    assertThat(log.find(PORT, CLIENT)).isEmpty();
    assertThat(log.find(PORT + 1, CLIENT)).containsSame(other);
  }

  @Test
  void shouldTellEveryClientOfAPortAndForHowLongItIsOrWasThere() {
    ConnectionCounters ended = log.begin(PORT, CLIENT);
    nanos.addAndGet(2_000_000);
    ConnectionCounters open = log.begin(PORT, client(40_001));
    log.begin(PORT + 1, client(40_002));
    nanos.addAndGet(3_000_000);
    log.end(PORT, CLIENT, ended);
    nanos.addAndGet(5_000_000);

    assertThat(log.all(PORT)).containsOnlyKeys(CLIENT, client(40_001));
    assertThat(log.describe("a", ended).openMillis()).isEqualTo(5);
    assertThat(log.describe("a", ended).open()).isFalse();
    assertThat(log.describe("b", open).openMillis()).isEqualTo(8);
  }

  @Test
  void shouldNotKnowStrangers() {
    log.begin(PORT, CLIENT);

    assertThat(log.find(PORT, client(40_001))).isEmpty();
    assertThat(log.find(PORT + 1, CLIENT)).isEmpty();
    assertThat(log.find(PORT, SocketAddresses.parse("127.0.0.2:40000"))).isEmpty();
  }

  private static InetSocketAddress client(int port) {
    return SocketAddresses.parse("127.0.0.1:" + port);
  }
}
