package dev.echomesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeyTest {
  private static final List<String> KNOWN = List.of("name", "port", "maxConnections", "tls");

  @ParameterizedTest
  @CsvSource({
    "a, a, 0",
    "Port, pORT, 0",
    "prot, port, 1",
    "por, port, 1",
    "abc, '', 3",
    "ab, cd, 2"
  })
  void shouldCountTypingMistakes(String one, String other, int distance) {
    assertThat(UnknownKey.distance(one, other)).isEqualTo(distance);
    assertThat(UnknownKey.distance(other, one)).isEqualTo(distance);
  }

  @ParameterizedTest
  @CsvSource({"prot, port", "Name, name", "max-connections, maxConnections", "maxconn, "})
  void shouldSuggestNearestKeyWhenKeyIsUnknown(String name, String nearest) {
    assertThat(UnknownKey.nearest(name, KNOWN)).isEqualTo(java.util.Optional.ofNullable(nearest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "dns", "verticles", ""})
  void shouldSuggestNothingWhenNothingIsNear(String name) {
    assertThat(UnknownKey.nearest(name, KNOWN)).isEmpty();
  }
}
