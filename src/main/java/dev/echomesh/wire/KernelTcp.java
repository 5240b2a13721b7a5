package dev.echomesh.wire;

import dev.echomesh.spec.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux knows of the connection under a channel, its struct tcp_info. Off epoll, and once the
 * channel is closed, it cannot be asked.
 */
final class KernelTcp {
  private static final Logger LOG = LoggerFactory.getLogger(KernelTcp.class);

  /** Of the states in linux/tcp.h. */
  private static final int TCP_CLOSE = 7;

  /** Far more than is sent in the time that a loop takes to send more. */
  private static final long NOT_SENT = 128L * 1024;

  private KernelTcp() {}

  /**
   * Has the kernel take no more than what it can send soon (TCP_NOTSENT_LOWAT), so that it takes
   * more whenever the peer has taken a little. Left to itself it does so only when a third of its
   * buffer is free, which can be a megabyte. Does nothing off epoll.
   */
  static void keepLittleUnsent(Channel channel) {
    if (channel instanceof EpollSocketChannel epoll && epoll.isOpen()) {
      try {
        var unused = epoll.config().setTcpNotSentLowAt(NOT_SENT);
      } catch (ChannelException unknownToThisKernel) {
        LOG.debug("TCP_NOTSENT_LOWAT", unknownToThisKernel);
      }
    }
  }

  /** Null if it cannot be asked. */
  static @Nullable TcpInfo info(Channel channel) {
    if (!(channel instanceof EpollSocketChannel epoll) || !epoll.isOpen()) {
      return null;
    }
    EpollTcpInfo info = epoll.tcpInfo();
    return new TcpInfo(
        info.totalRetrans(),
        info.rtt(),
        info.rttvar(),
        info.sndCwnd(),
        (int) info.pmtu(),
        (int) info.sndMss());
  }

  /**
   * Whether the peer has reset the connection, which no read tells of while reading is paused: its
   * state is TCP_CLOSE, as after an orderly end of both sides. False if the kernel cannot be asked,
   * and once this side has ended.
   */
  static boolean isReset(Channel channel) {
    return channel instanceof EpollSocketChannel epoll
        && epoll.isOpen()
        && !epoll.isOutputShutdown()
        && epoll.tcpInfo().state() == TCP_CLOSE;
  }
}
