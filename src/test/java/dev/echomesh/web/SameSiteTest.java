package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SameSiteTest {
  private final SameSite site = new SameSite(Stream.of("Mesh.example", "node-a"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8007",
        "127.0.0.1:8007",
        "192.0.2.7",
        "[::1]:8007",
        "[2001:db8::1]",
        "mesh.example:443",
        "node-a",
        "a.localhost:8007"
      })
  void shouldKnowAddressesAndItsOwnNames(String host) {
    assertThat(site.isOurs(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "evil.example", "127.0.0.1.evil.example", "mesh.example.evil.example", "xlocalhost",
        "127.0.0.1@evil.example", "[::1", "2001:db8::1", "localhost:8007:1", "1.2.3.4.5"
      })
  void shouldNotTakeANameThatAnAttackersNameServerCouldPointHere(String host) {
    assertThat(site.isOurs(host)).isFalse();
  }

  @Test
  void shouldNotTakeARequestWithoutHost() {
    assertThat(site.isOurs(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "a:1, -,            -,           false, false",
        "a:1, http://a:1,   -,           false, false",
        "a:1, https://A:1,  same-origin, false, false",
        "a:1, http://a:2,   -,           false, true",
        "a:1, http://b:1,   same-origin, false, true",
        "a:1, null,         -,           false, true",
        "a:1, a:1,          -,           false, true",
        "-,   http://a:1,   -,           false, true",
        "a:1, -,            same-origin, false, false",
        "a:1, -,            none,        false, false",
        "a:1, -,            cross-site,  false, true",
        "a:1, -,            same-site,   false, true",
        "a:1, -,            cross-site,  true,  false",
        "a:1, http://b:1,   cross-site,  true,  true"
      })
  void shouldBelieveTheBrowserAboutWhoAsks(
      @Nullable String host,
      @Nullable String origin,
      @Nullable String site,
      boolean navigation,
      boolean foreign) {
    assertThat(SameSite.isForeign(host, origin, site, navigation)).isEqualTo(foreign);
  }
}
