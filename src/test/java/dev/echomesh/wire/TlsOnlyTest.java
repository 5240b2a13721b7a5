package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsOnlyTest {
  private static final String HELLO = "16030100050100000101";

  private final EmbeddedChannel channel = new EmbeddedChannel(new TlsOnly());

  @Test
  void shouldLetARecordThroughHoweverItIsCutAndThenBeGone() {
    byte[] hello = ByteBufUtil.decodeHexDump(HELLO);
    for (int cut = 0; cut <= hello.length; cut++) {
      EmbeddedChannel each = new EmbeddedChannel(new TlsOnly());
      each.writeInbound(Unpooled.copiedBuffer(hello, 0, cut));
      each.writeInbound(Unpooled.copiedBuffer(hello, cut, hello.length - cut));

      StringBuilder through = new StringBuilder();
      for (ByteBuf bytes = each.readInbound(); bytes != null; bytes = each.readInbound()) {
        through.append(ByteBufUtil.hexDump(bytes));
        bytes.release();
      }
      assertThat(through.toString()).isEqualTo(HELLO);
      assertThat(each.pipeline().get(TlsOnly.class)).isNull();
      assertThat(each.finishAndReleaseAll()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"47", "1703", "1602", "1603010000ff", "80"})
  void shouldLetNothingElseThrough(String start) {
    ByteBuf bytes = Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump(start));

    assertThatThrownBy(() -> channel.writeInbound(bytes))
        .isInstanceOf(SSLException.class)
        .hasMessage("not a TLS handshake");
    assertThat(channel.inboundMessages()).isEmpty();
    assertThat(bytes.refCnt()).isZero();
  }
}
