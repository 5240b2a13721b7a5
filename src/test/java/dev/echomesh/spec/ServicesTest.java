package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesTest {
  private static final String FILE =
      """
      # Network services
      tcpmux\t\t1/tcp\t\t\t# TCP port service multiplexer
      echo            7/tcp
      echo            7/udp
      discard         9/tcp           sink null
      only-udp        69/udp          tftp
      # commented     70/tcp          gopher
      broken
      worse           x/tcp
      sctp-only       9899/sctp
      alternate\t8080/tcp webcache http-alt # named in a comment: hidden
      """;

  @ParameterizedTest
  @CsvSource({
    "tcpmux, 1",
    "echo, 7",
    "discard, 9",
    "sink, 9",
    "null, 9",
    "alternate, 8080",
    "webcache, 8080",
    "http-alt, 8080"
  })
  void shouldFindNamesAndAliasesOfTcpServices(String name, int port) {
    assertThat(Services.find(FILE, name)).hasValue(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "only-udp",
        "tftp",
        "gopher",
        "broken",
        "worse",
        "sctp-only",
        "hidden",
        "#",
        "",
        "ECHO",
        "7/tcp",
        "multiplexer"
      })
  void shouldFindNothingElse(String name) {
    assertThat(Services.find(FILE, name)).isEmpty();
  }

  @Test
  void shouldReadFilesWithForeignLineEnds() {
    assertThat(Services.find("a 1/tcp\r\necho 7/tcp alias\r\n", "alias")).hasValue(7);
  }

  @Test
  void shouldKnowTheEchoServiceOfThisMachine() {
    assertThat(Services.port("echo")).hasValue(7);
  }
}
