package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.EndpointMode;
import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.SocketAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

  private static final InetAddress OTHER = SocketAddresses.parse("127.0.0.2:1").getAddress();

  private final AtomicLong clock = new AtomicLong(-5);
  private final NodeLimits node = new NodeLimits(echo(0));
  private final AtomicReference<EndpointConfig> config = new AtomicReference<>(endpoint(0));
  private final Admission admission = new Admission(node, config::get, clock::get);

  @Test
  void shouldLetEveryoneInWithoutLimits() {
    for (int i = 0; i < 1000; i++) {
      assertThat(admission.enter(CLIENT)).isEmpty();
    }
    assertThat(node.connections()).hasValue(1000);
  }

  @Test
  void shouldLetInOnlyWhoIsOnTheList() {
    config.set(endpoint(0, "10.0.0.0/8"));

    assertThat(admission.enter(CLIENT)).contains(Rejection.NOT_ALLOWED);
    assertThat(admission.enter(SocketAddresses.parse("10.1.2.3:1").getAddress())).isEmpty();
    assertThat(node.connections()).hasValue(1);
  }

  @Test
  void shouldLetInAsManyAsTheEndpointTakes() {
    config.set(endpoint(2));
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).isEmpty();

    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);
    assertThat(node.connections()).hasValue(2);

    admission.leave(CLIENT);
    assertThat(admission.enter(CLIENT)).isEmpty();
  }

  @Test
  void shouldLetInAsManyAsTheNodeTakesOverAllEndpoints() {
    node.config(echo(3));
    Admission other = new Admission(node, () -> endpoint(0), clock::get);
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(other.enter(CLIENT)).isEmpty();
    assertThat(other.enter(CLIENT)).isEmpty();

    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);
    assertThat(other.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);

    other.leave(CLIENT);
    assertThat(admission.enter(CLIENT)).isEmpty();
  }

  @Test
  void shouldNotCountAgainstTheEndpointWhomTheNodeTurnedAway() {
    node.config(echo(1));
    config.set(endpoint(1));
    Admission other = new Admission(node, () -> endpoint(0), clock::get);
    assertThat(other.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);

    other.leave(CLIENT);
    assertThat(admission.enter(CLIENT)).isEmpty();
  }

  @Test
  void shouldFollowAChangedLimit() {
    config.set(endpoint(1));
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).isNotEmpty();

    config.set(endpoint(2));
    assertThat(admission.enter(CLIENT)).isEmpty();
    config.set(endpoint(1));
    admission.leave(CLIENT);
    assertThat(admission.enter(CLIENT)).isNotEmpty();
  }

  @Test
  void shouldNeverLetInMoreWhenManyComeAtOnce() throws Exception {
    config.set(endpoint(10));
    ExecutorService crowd = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> comeAndGo =
          () -> {
            boolean in = admission.enter(CLIENT).isEmpty();
            boolean tooMany = in && node.connections().get() > 10 + 4;
            if (in) {
              admission.leave(CLIENT);
            }
            return tooMany;
          };
      List<Callable<Boolean>> visits = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        visits.add(comeAndGo);
      }
      for (Future<Boolean> tooMany : crowd.invokeAll(visits)) {
        assertThat(tooMany.get()).isFalse();
      }
    } finally {
      crowd.shutdownNow();
    }
    assertThat(node.connections()).hasValue(0);
    for (int i = 0; i < 10; i++) {
      assertThat(admission.enter(CLIENT)).isEmpty();
    }
    assertThat(admission.enter(CLIENT)).isNotEmpty();
  }

  @Test
  void shouldLetInAsManyOfAnAddressAsTheEndpointTakes() {
    config.set(endpoint(0, 2, 0));
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
    assertThat(admission.enter(OTHER)).isEmpty();
    assertThat(node.connections()).hasValue(3);

    admission.leave(OTHER);
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
    admission.leave(CLIENT);
    assertThat(admission.enter(CLIENT)).isEmpty();
  }

  @Test
  void shouldCountAnAddressAlsoWhileItIsNotLimited() {
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).isEmpty();

    config.set(endpoint(0, 2, 0));
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
  }

  @Test
  void shouldNotCountWhomItTurnedAwayAgainstTheAddress() {
    config.set(endpoint(1, 2, 0));
    assertThat(admission.enter(CLIENT)).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS);
    }

    config.set(endpoint(0, 2, 0));
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
  }

  @Test
  void shouldForgetAddressesWithoutConnections() {
    AddressCount count = new AddressCount();
    assertThat(count.enter(CLIENT, 1)).isTrue();
    assertThat(count.enter(OTHER, 1)).isTrue();
    assertThat(count.enter(OTHER, 1)).isFalse();
    count.leave(OTHER);
    assertThat(count.addresses()).isEqualTo(1);
    count.leave(CLIENT);
    assertThat(count.addresses()).isZero();
  }

  @Test
  void shouldLetInNoFasterThanTheAcceptRate() {
    config.set(endpoint(0, 0, 2));
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).contains(Rejection.ACCEPT_RATE);
    assertThat(node.connections()).hasValue(2);

    clock.addAndGet(500_000_000);
    assertThat(admission.enter(CLIENT)).isEmpty();
    assertThat(admission.enter(CLIENT)).contains(Rejection.ACCEPT_RATE);

    config.set(endpoint(0, 0, 0));
    assertThat(admission.enter(CLIENT)).isEmpty();
  }

  @Test
  void shouldNotUseTheRateUpForWhomItTurnsAwayAnyway() {
    config.set(endpoint(0, 1, 2));
    assertThat(admission.enter(CLIENT)).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(admission.enter(CLIENT)).contains(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
    }
    assertThat(admission.enter(OTHER)).isEmpty();
  }

  @Test
  void shouldLetClientsInAlsoWhileTheNodeKeepsTooMuch() {
    node.config(new EchoConfig(1, 0, 100, Duration.ofSeconds(1), List.of()));
    node.keep(100);
    assertThat(node.keepsTooMuch()).isFalse();
    node.keep(1);
    assertThat(node.keepsTooMuch()).isTrue();
    assertThat(admission.enter(CLIENT)).isEmpty();

    node.keep(-1);
    assertThat(node.keepsTooMuch()).isFalse();
    assertThat(node.kept()).isEqualTo(100);
  }

  private static EndpointConfig endpoint(int maxConnections, String... allow) {
    return endpoint(maxConnections, 0, 0, allow);
  }

  private static EndpointConfig endpoint(
      int maxConnections, int perAddress, int acceptRate, String... allow) {
    return new EndpointConfig(
        "echo",
        "127.0.0.1",
        0,
        EndpointMode.STREAM,
        64,
        false,
        0,
        Duration.ZERO,
        Duration.ZERO,
        maxConnections,
        perAddress,
        acceptRate,
        allow.length == 0 ? AllowList.everything() : AllowList.of(allow),
        null,
        Faults.NONE);
  }

  private static EchoConfig echo(int maxConnections) {
    return new EchoConfig(1, maxConnections, 0, Duration.ofSeconds(1), List.of());
  }
}
