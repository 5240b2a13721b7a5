package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.BooleanSupplier;

/**
 * Receive buffers of one channel: 64 bytes to 128 KiB, following what comes in, so that a 64 KiB
 * message takes one read and not a second one to see that there is no more; 2 KiB while the
 * listener has to be sparing.
 *
 * <p>They also keep a pause a pause. On epoll, Netty reads everything that the kernel holds,
 * megabytes of it, as soon as the peer's FIN is seen, whether reading is paused or not; refusing
 * the buffer is the one way to stop that loop. (io_uring reads on in the same way and cannot be
 * stopped; NIO does not.)
 */
final class ReceiveBuffers implements RecvByteBufAllocator {
  private static final RecvByteBufAllocator SIZES =
      new AdaptiveRecvByteBufAllocator(64, 64 * 1024, 128 * 1024);

  /** A TLS record is 16 KiB at most, and what is read is there twice while it is decrypted. */
  private static final RecvByteBufAllocator TLS_SIZES =
      new AdaptiveRecvByteBufAllocator(64, 16 * 1024, 32 * 1024);

  /** Enough for a small message, and so little that thousands of clients can have it at once. */
  private static final int SPARING = 2048;

  private final Channel channel;
  private final RecvByteBufAllocator sizes;
  private final BooleanSupplier sparing;
  private final boolean pausable;
  private boolean readRequested;

  private ReceiveBuffers(Channel channel, RecvByteBufAllocator sizes, BooleanSupplier sparing) {
    this.channel = channel;
    this.sizes = sizes;
    this.sparing = sparing;
    this.pausable = channel instanceof EpollSocketChannel;
  }

  /**
   * Must come before the channel's first read.
   *
   * @param sparing asked before each read
   */
  static void install(Channel channel, boolean tls, BooleanSupplier sparing) {
    ReceiveBuffers buffers = new ReceiveBuffers(channel, tls ? TLS_SIZES : SIZES, sparing);
    channel.config().setRecvByteBufAllocator(buffers);
    if (buffers.pausable) {
      channel.pipeline().addFirst(buffers.new ReadRequests());
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the interface has no other form
  public Handle newHandle() {
    return new SizeHandle((ExtendedHandle) sizes.newHandle());
  }

  /** Thrown to end a loop of reads, and ignored where it arrives; without a stack trace. */
  static final class ReadingPaused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReadingPaused() {
      super("reading is paused", null, false, false);
    }
  }

  /** A single read can be asked for while reading is paused; TLS does so for half a record. */
  private final class ReadRequests extends ChannelOutboundHandlerAdapter {
    @Override
    public void read(ChannelHandlerContext ctx) {
      readRequested = true;
      ctx.read();
    }
  }

  private final class SizeHandle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle delegate;

    SizeHandle(ExtendedHandle delegate) {
      super(delegate);
      this.delegate = delegate;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      if (pausable && !readRequested && !channel.config().isAutoRead()) {
        throw new ReadingPaused();
      }
      readRequested = false;
      return sparing.getAsBoolean() ? alloc.ioBuffer(SPARING) : delegate.allocate(alloc);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return delegate.continueReading(maybeMoreData);
    }
  }
}
