package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/**
 * Lets nothing through to TLS but records, the first of them of a handshake (RFC 8446 §5.1), and
 * none of another handshake once TLS is agreed on: a renegotiation, which only TLS 1.2 knows and no
 * endpoint has a use for, is arithmetic for the asking (RFC 9325 §3.5). Netty's handler would put
 * whatever came instead of one into an exception, as text and twice: a client that sends 64 KiB of
 * something else cost the heap 260 KB, a flood of them all of it.
 */
final class TlsOnly extends ChannelInboundHandlerAdapter {
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int HANDSHAKE = 22;
  private static final int APPLICATION_DATA = 23;
  private static final int MAJOR_VERSION = 3;

  /** Bytes of a record's header that have come. */
  private int seen;

  /** Of the record, as far as its header has come. */
  private int length;

  /** Bytes of the record that are still to come after its header. */
  private int left;

  private boolean begun;
  private boolean refused;
  private final BooleanSupplier isAgreedOn;

  /**
   * Before the first byte.
   *
   * @param isAgreedOn whether the handshake is through
   */
  TlsOnly(BooleanSupplier isAgreedOn) {
    this.isAgreedOn = isAgreedOn;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (refused) {
      bytes.release();
      return;
    }
    int end = endOfRecords(bytes);
    if (end == bytes.writerIndex()) {
      ctx.fireChannelRead(bytes);
      return;
    }
    refused = true;
    if (begun) {
      ctx.fireChannelRead(bytes.writerIndex(end));
    } else {
      bytes.release();
    }
    ctx.fireExceptionCaught(
        new SSLException(
            begun ? "not a TLS record, or a second handshake" : "not a TLS handshake"));
  }

  /** Index of the first byte that is in no record. */
  private int endOfRecords(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        int passed = Math.min(left, bytes.writerIndex() - at);
        left -= passed;
        at += passed;
      } else if (continuesHeader(bytes.getUnsignedByte(at))) {
        at++;
      } else {
        break;
      }
    }
    return at;
  }

  private boolean continuesHeader(int octet) {
    return switch (seen++) {
      case 0 -> begun ? continuesWith(octet) : octet == HANDSHAKE;
      case 1 -> octet == MAJOR_VERSION;
      case 2 -> true;
      case 3 -> {
        length = octet << 8;
        yield true;
      }
      default -> {
        left = length + octet;
        seen = 0;
        begun |= left > 0;
        yield left > 0;
      }
    };
  }

  private boolean continuesWith(int type) {
    return type == HANDSHAKE
        ? !isAgreedOn.getAsBoolean()
        : type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA;
  }
}
