package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectFailureTest {
  @ParameterizedTest
  @CsvSource({
    "Connection refused, REFUSED",
    "Connection reset, REFUSED",
    "Network is unreachable, UNREACHABLE",
    "Connection timed out, TIMEOUT",
    "Cannot assign requested address, LOCAL_LIMIT",
    "Too many open files, LOCAL_LIMIT",
    "something else, UNREACHABLE"
  })
  void shouldClassifyWhatTheSystemSays(String message, ConnectFailure expected) {
    assertThat(ConnectFailure.of(new IOException("connect", new ConnectException(message))))
        .isEqualTo(expected);
  }

  @Test
  void shouldTellOfTheAddressThatCouldBeTried() {
    Throwable refused = new ConnectException("Connection refused");
    Throwable late = new ConnectException("Connection timed out");
    Throwable noRoute = new NoRouteToHostException("No route to host");
    Throwable noAddress = new ConnectException("Cannot assign requested address");

    assertThat(ConnectFailure.tellingMore(refused, noRoute)).isSameAs(refused);
    assertThat(ConnectFailure.tellingMore(refused, noAddress)).isSameAs(refused);
    assertThat(ConnectFailure.tellingMore(noRoute, refused)).isSameAs(refused);
    assertThat(ConnectFailure.tellingMore(refused, late)).isSameAs(late);
  }
}
