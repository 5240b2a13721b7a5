package dev.echomesh.wire;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * Pauses and resumes the reading of a channel. Event loop only.
 *
 * <p>Netty's epoll transport (4.2.13) takes a channel that waits for nothing any more out of epoll,
 * which is the case when the peer's FIN comes while reading is paused and nothing is to be sent; it
 * then fails to wait for it again, with ENOENT, and closes the channel with bytes unread. Such a
 * channel is registered anew.
 */
final class Reading {
  /** Of the states in linux/tcp.h. */
  private static final int TCP_CLOSE = 7;

  private final Channel channel;
  private final Unsent unsent;
  private boolean finSeen;

  Reading(Channel channel, Unsent unsent) {
    this.channel = channel;
    this.unsent = unsent;
  }

  void pause() {
    channel.config().setAutoRead(false);
  }

  /**
   * Whether the peer has reset the connection, which no read tells of while reading is paused: the
   * kernel's state of it is TCP_CLOSE, as after an orderly end of both sides. False where the
   * kernel cannot be asked, which is off epoll, and once this side has ended.
   */
  boolean isReset() {
    return channel instanceof EpollSocketChannel epoll
        && epoll.isOpen()
        && !epoll.isOutputShutdown()
        && epoll.tcpInfo().state() == TCP_CLOSE;
  }

  /** The peer's FIN came while reading was paused. */
  void finSeen() {
    finSeen = true;
  }

  void resume() {
    if (!finSeen || !unsent.isEmpty() || channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
      return;
    }
    finSeen = false;
    var unused =
        channel
            .deregister()
            .addListener(
                gone -> {
                  channel.config().setAutoRead(true);
                  var unusedToo = channel.eventLoop().register(channel);
                  channel.flush();
                });
  }
}
