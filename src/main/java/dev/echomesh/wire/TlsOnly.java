package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import javax.net.ssl.SSLException;

/**
 * Lets nobody through to TLS who does not begin with the header of a TLS handshake record (RFC 8446
 * §5.1). Netty's handler would put whatever came into an exception, as text and twice: a client
 * that sends 64 KiB of something else cost the heap 260 KB, a flood of them all of it.
 */
final class TlsOnly extends ChannelInboundHandlerAdapter {
  private static final int HEADER = 5;
  private static final int HANDSHAKE = 22;
  private static final int MAJOR_VERSION = 3;

  private int seen;
  private int recordLength;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && seen < HEADER; i++) {
      if (!continuesHeader(bytes.getUnsignedByte(i))) {
        bytes.release();
        ctx.fireExceptionCaught(new SSLException("not a TLS handshake"));
        return;
      }
    }
    ctx.fireChannelRead(bytes);
    if (seen == HEADER && !ctx.isRemoved()) {
      var unused = ctx.pipeline().remove(this);
    }
  }

  private boolean continuesHeader(int octet) {
    return switch (seen++) {
      case 0 -> octet == HANDSHAKE;
      case 1 -> octet == MAJOR_VERSION;
      case 2 -> true;
      case 3 -> {
        recordLength = octet << 8;
        yield true;
      }
      default -> recordLength + octet > 0;
    };
  }
}
