package dev.echomesh.wire;

import io.netty.channel.Channel;

/**
 * Pauses and resumes the reading of a channel. Event loop only.
 *
 * <p>Netty's epoll transport (4.2.13) takes a channel that waits for nothing any more out of epoll,
 * which is the case when the peer's FIN comes while reading is paused and nothing is to be sent; it
 * then fails to wait for it again, with ENOENT, and closes the channel with bytes unread. Such a
 * channel is registered anew.
 */
final class Reading {
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
