package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"})
  void shouldTakeLoopbackForLoopback(String address) throws UnknownHostException {
    assertThat(AllowList.loopback().permits(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "::", "::2", "fe80::1", "::ffff:10.0.0.1"})
  void shouldNotTakeOthersForLoopback(String address) throws UnknownHostException {
    assertThat(AllowList.loopback().permits(InetAddress.getByName(address))).isFalse();
    assertThat(AllowList.everything().permits(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void shouldLetNothingThroughWhenEmpty() {
    assertThat(AllowList.of().permits(InetAddress.getLoopbackAddress())).isFalse();
    assertThat(AllowList.of()).hasToString("");
  }

  @Test
  void shouldPrintItsBlocks() {
    assertThat(AllowList.of("10.0.0.0/8", "192.0.2.1")).hasToString("10.0.0.0/8, 192.0.2.1");
  }

  @Test
  void shouldRefuseWhatIsNoBlock() {
    assertThatThrownBy(() -> AllowList.of("10.0.0.0/8", "nonsense"))
        .isInstanceOf(InvalidValueException.class);
  }
}
