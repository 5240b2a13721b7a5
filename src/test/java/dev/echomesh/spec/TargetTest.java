package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:1234, localhost, 1234",
    "192.0.2.1:1, 192.0.2.1, 1",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:7, fe80::1%eth0, 7",
    "a-b.example:007, a-b.example, 7",
    "localhost:echo, localhost, 7",
    "localhost:https, localhost, 443",
    "[2001:db8::1]:echo, 2001:db8::1, 7"
  })
  void shouldParse(String text, String host, int port) {
    assertThat(Target.parse(text)).isEqualTo(new SocketTarget(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:1234", "192.0.2.1:1", "[::1]:65535", "[fe80::1%eth0]:7"})
  void shouldPrintWhatItParsed(String text) {
    assertThat(Target.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "localhost",
        "localhost:",
        ":1234",
        "localhost:0",
        "localhost:65536",
        "localhost:9999999999",
        "localhost:-1",
        "localhost:+7",
        "localhost:1e3",
        "localhost:no-such-service",
        "::1:1234",
        "fe80::1",
        "[::1]",
        "[::1",
        "[localhost]:7",
        "[]:7",
        "a b:7",
        " localhost:7",
        "\t:7",
        "[::1:7",
        "x[::1]:7"
      })
  void shouldRefuseOtherForms(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith(text + " (expected HOST:PORT, [IPv6]:PORT or HOST:SERVICE");
  }

  @Test
  void shouldSayThatIpv6NeedsBrackets() {
    assertThatThrownBy(() -> Target.parse("::1:7")).hasMessageContaining("stands in brackets");
  }

  @Test
  void shouldNameTheUnknownService() {
    assertThatThrownBy(() -> Target.parse("localhost:no-such-service"))
        .hasMessageContaining("no such TCP service: no-such-service");
  }

  /** What it prints would be another target, or none. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "@a", "[::1]", "a]"})
  void shouldNotBeMadeWithAHostThatIsNone(String host) {
    assertThatThrownBy(() -> new SocketTarget(host, 7)).isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536})
  void shouldNotBeMadeWithAPortThatIsNone(int port) {
    assertThatThrownBy(() -> new SocketTarget("localhost", port))
        .isInstanceOf(InvalidValueException.class);
  }
}
