package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class TeardownTest {
  private final IOException reset = new IOException("Connection reset by peer");

  private final Teardown plain = new Teardown(false);
  private final Teardown tls = new Teardown(true);

  @Test
  void shouldTellAFinOnce() {
    assertThat(plain.fin(true)).isEqualTo(PeerEnd.ORDERLY);
    assertThat(plain.fin(true)).isNull();
  }

  @Test
  void shouldTakeAFinWithoutCloseNotifyForTruncated() {
    assertThat(tls.fin(true)).isEqualTo(PeerEnd.TRUNCATED);
    assertThat(tls.closeNotify()).isNull();
  }

  @Test
  void shouldTellCloseNotifyAndNotTheFinAfterIt() {
    assertThat(tls.closeNotify()).isEqualTo(PeerEnd.ORDERLY);
    assertThat(tls.fin(true)).isNull();
    assertThat(tls.closeNotify()).isNull();
  }

  @Test
  void shouldNotMissCloseNotifyBeforeTheHandshakeIsThrough() {
    assertThat(tls.fin(false)).isEqualTo(PeerEnd.ORDERLY);
  }

  @Test
  void shouldTellNoEndOfAConnectionThatHasFailedOrIsGone() {
    assertThat(plain.failed(reset)).isTrue();
    assertThat(plain.fin(true)).isNull();

    tls.closed();
    assertThat(tls.closeNotify()).isNull();
    assertThat(tls.fin(true)).isNull();
  }

  @Test
  void shouldKeepTheFirstFailure() {
    assertThat(plain.failed(reset)).isTrue();
    assertThat(plain.failed(new IOException("Broken pipe"))).isFalse();
    assertThat(plain.failure()).isSameAs(reset);
  }

  @Test
  void shouldNotTakeTheCloseForItsCause() {
    assertThat(plain.failed(new ClosedChannelException())).isTrue();
    assertThat(plain.failure()).isNull();
    assertThat(plain.failed(reset)).as("what closed it can still come").isTrue();
    assertThat(plain.failure()).isSameAs(reset);
  }

  @Test
  void shouldNotFailOnceItIsGone() {
    assertThat(plain.isClosed()).isFalse();
    plain.closed();
    assertThat(plain.isClosed()).isTrue();
    assertThat(plain.failed(reset)).isFalse();
    assertThat(plain.failure()).isNull();
  }
}
