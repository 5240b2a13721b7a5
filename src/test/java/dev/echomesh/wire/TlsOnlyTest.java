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
  private static final String RECORDS =
      HELLO + "140303000101" + "1703030003abcdef" + "15030300020100";

  private boolean agreedOn;
  private final EmbeddedChannel channel = new EmbeddedChannel(new TlsOnly(() -> agreedOn));

  @Test
  void shouldLetRecordsThroughHoweverTheyAreCut() {
    byte[] records = ByteBufUtil.decodeHexDump(RECORDS);
    for (int cut = 0; cut <= records.length; cut++) {
      EmbeddedChannel each = new EmbeddedChannel(new TlsOnly(() -> agreedOn));
      each.writeInbound(Unpooled.copiedBuffer(records, 0, cut));
      each.writeInbound(Unpooled.copiedBuffer(records, cut, records.length - cut));

      assertThat(through(each)).isEqualTo(RECORDS);
      assertThat(each.finishAndReleaseAll()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"47", "18", "1702", "1703030000", "ff03"})
  void shouldLetThroughWhatCameBeforeTheFirstThatIsNoRecord(String wrong) {
    byte[] bytes = ByteBufUtil.decodeHexDump(RECORDS + wrong + RECORDS);
    for (int cut = 0; cut <= RECORDS.length() / 2; cut++) {
      EmbeddedChannel each = new EmbeddedChannel(new TlsOnly(() -> agreedOn));
      each.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
      ByteBuf rest = Unpooled.copiedBuffer(bytes, cut, bytes.length - cut);
      assertThatThrownBy(() -> each.writeInbound(rest))
          .isInstanceOf(SSLException.class)
          .hasMessage("not a TLS record, or a second handshake");
      ByteBuf late = Unpooled.copiedBuffer(bytes);
      each.writeInbound(late);

      assertThat(through(each)).startsWith(RECORDS).hasSizeLessThan(RECORDS.length() + 10);
      assertThat(late.refCnt()).isZero();
    }
  }

  @Test
  void shouldLetNoSecondHandshakeThrough() {
    byte[] hello = ByteBufUtil.decodeHexDump(HELLO);
    channel.writeInbound(Unpooled.copiedBuffer(hello));
    channel.writeInbound(Unpooled.copiedBuffer(hello));
    agreedOn = true;
    channel.writeInbound(Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump("1703030003abcdef")));

    ByteBuf again = Unpooled.copiedBuffer(hello);
    assertThatThrownBy(() -> channel.writeInbound(again))
        .hasMessage("not a TLS record, or a second handshake");
    assertThat(through(channel)).isEqualTo(HELLO + HELLO + "1703030003abcdef");
  }

  private static String through(EmbeddedChannel channel) {
    StringBuilder through = new StringBuilder();
    for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
      through.append(ByteBufUtil.hexDump(bytes));
      bytes.release();
    }
    return through.toString();
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
