package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** What was written to a channel and how much of it the kernel has taken. Event loop only. */
final class Unsent {
  private final Channel channel;
  private final boolean tls;
  private long written;
  private long writtenMemory;
  private long offered;
  private long sent;
  private long sentMemory;

  /** A point in what was written: bytes, and memory of the buffers that hold them. */
  record Mark(long bytes, long memory) {}

  /**
   * Nothing is written yet.
   *
   * @param tls whether the channel holds records instead of what was written
   */
  Unsent(Channel channel, boolean tls) {
    this.channel = channel;
    this.tls = tls;
  }

  void add(ByteBuf bytes) {
    written += bytes.readableBytes();
    writtenMemory += bytes.capacity();
  }

  /** Everything that is written now is offered to the kernel. */
  void offer() {
    offered = written;
  }

  /** Everything that is written now. */
  Mark mark() {
    return new Mark(written, writtenMemory);
  }

  /** The kernel has taken everything up to the mark. */
  void reached(Mark mark) {
    sent = Math.max(sent, mark.bytes);
    sentMemory = Math.max(sentMemory, mark.memory);
  }

  /** The kernel has taken everything. */
  void reachedAll() {
    sent = written;
    sentMemory = writtenMemory;
  }

  /** Nothing more will be sent; what the kernel has taken by now counts. */
  void end() {
    sent = sentBytes();
  }

  boolean isEmpty() {
    return written == sent;
  }

  long memory() {
    return writtenMemory - sentMemory;
  }

  /** To the byte for plain TCP, to the last mark over TLS. */
  long sentBytes() {
    return tls || isEmpty() ? sent : Math.max(sent, offered - pendingBytes());
  }

  /** Of those offered. */
  private long pendingBytes() {
    long unsent = offered - sent;
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null || out.isEmpty() ? unsent : Math.min(queuedBytes(), unsent);
  }

  /** Bytes that were offered to the kernel and not taken; over TLS, of records. */
  long queuedBytes() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (out == null || out.isEmpty()) {
      return 0;
    }
    long[] pending = new long[1];
    try {
      out.forEachFlushedMessage(
          message -> {
            if (message instanceof ByteBuf bytes) {
              pending[0] += bytes.readableBytes();
            }
            return true;
          });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return pending[0];
  }
}
