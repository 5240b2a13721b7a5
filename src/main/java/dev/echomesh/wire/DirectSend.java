package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Offers bytes to the kernel past Netty's queue, which a message that the kernel takes at once
 * needs not go through. Event loop only.
 */
final class DirectSend {
  /** Of more the kernel often takes a part only, and the queue can give it several at once. */
  private static final int MOST_BYTES = 16 * 1024;

  private final Channel channel;
  private final Socket socket;

  private DirectSend(Channel channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** Null where it cannot be done: over TLS and off epoll. */
  static @Nullable DirectSend of(Channel channel, boolean tls) {
    return !tls
            && channel instanceof EpollSocketChannel epoll
            && epoll.fd() instanceof Socket socket
        ? new DirectSend(channel, socket)
        : null;
  }

  /** Whether bytes may go to the kernel now: nothing is queued before them, nothing has ended. */
  boolean isPossible() {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue != null && queue.totalPendingWriteBytes() == 0;
  }

  /** Whether this buffer's memory can be given to the kernel, and is worth it. */
  static boolean canSend(ByteBuf bytes) {
    return bytes.readableBytes() <= MOST_BYTES && bytes.hasMemoryAddress();
  }

  /**
   * Sends what the kernel takes; only while {@link #isPossible()}.
   *
   * @param bytes what is sent is read from it; still the caller's
   * @return whether it took all of them
   * @throws IOException if the connection has failed
   */
  boolean send(ByteBuf bytes) throws IOException {
    int sent = socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    bytes.skipBytes(sent);
    return !bytes.isReadable();
  }
}
