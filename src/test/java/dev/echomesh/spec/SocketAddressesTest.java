package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressesTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:40000", "[0:0:0:0:0:0:0:1]:1", "[2001:db8:0:0:0:0:0:1]:65535"})
  void shouldPrintWhatItParsed(String text) {
    assertThat(SocketAddresses.print(SocketAddresses.parse(text))).isEqualTo(text);
  }

  @Test
  void shouldParseShortIpv6() throws UnknownHostException {
    byte[] loopback = new byte[16];
    loopback[15] = 1;

    assertThat(SocketAddresses.parse("[::1]:40000"))
        .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(loopback), 40000));
  }

  @Test
  void shouldPrintTheAddressNotTheName() throws UnknownHostException {
    InetAddress named = InetAddress.getByAddress("a.example", new byte[] {10, 0, 0, 1});

    assertThat(SocketAddresses.print(new InetSocketAddress(named, 5))).isEqualTo("10.0.0.1:5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:7", "127.0.0.1", "127.0.0.1:0", "127.0.0.256:7", "::1:7", ""})
  void shouldRefuseOtherForms(String text) {
    assertThatThrownBy(() -> SocketAddresses.parse(text)).isInstanceOf(InvalidValueException.class);
  }
}
