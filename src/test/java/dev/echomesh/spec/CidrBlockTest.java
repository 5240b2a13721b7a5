package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrBlockTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8, 127.0.0.1, true",
    "127.0.0.0/8, 127.255.255.255, true",
    "127.0.0.0/8, 126.255.255.255, false",
    "127.0.0.0/8, 128.0.0.0, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "192.0.2.0/31, 192.0.2.1, true",
    "192.0.2.0/31, 192.0.2.2, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 127.0.0.1, false",
    "::/0, 2001:db8::1, true",
    "::1, ::1, true",
    "::1, ::2, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true"
  })
  void shouldHoldItsAddressesAndNoOther(String block, String address, boolean held)
      throws UnknownHostException {
    assertThat(CidrBlock.parse(block).contains(InetAddress.getByName(address))).isEqualTo(held);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "192.0.2.7, 192.0.2.7",
    "192.0.2.7/32, 192.0.2.7",
    "0.0.0.0/0, 0.0.0.0/0",
    "::1/128, 0:0:0:0:0:0:0:1",
    "2001:db8::/32, 2001:db8:0:0:0:0:0:0/32"
  })
  void shouldPrintItself(String text, String printed) {
    assertThat(CidrBlock.parse(text)).hasToString(printed);
    assertThat(CidrBlock.parse(printed)).isEqualTo(CidrBlock.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.1/8",
        "10/8",
        "10.0.0/24",
        "256.0.0.0",
        "1.2.3.4.5",
        "::/129",
        "2001:db8::1/32",
        ":",
        ":::",
        "1:2:3",
        "fe80::1%eth0",
        "10.0.0.0 /8"
      })
  void shouldRefuseWhatIsNoBlock(String text) {
    assertThatThrownBy(() -> CidrBlock.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageStartingWith(text + " (expected an IP address or a block");
  }
}
