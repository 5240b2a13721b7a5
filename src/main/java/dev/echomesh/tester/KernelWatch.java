package dev.echomesh.tester;

import dev.echomesh.bus.TestReport.AddressPair;
import dev.echomesh.spec.SocketAddresses;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.wire.TcpSocket;
import org.jspecify.annotations.Nullable;

/** What the kernel says of one connection while it is under test. Event loop only. */
final class KernelWatch {
  private final TcpSocket socket;
  private final LoopResult result;
  private @Nullable TcpInfo atStart;
  private @Nullable TcpInfo latest;
  private @Nullable TcpInfo taken;
  private boolean ended;

  KernelWatch(TcpSocket socket, LoopResult result) {
    this.socket = socket;
    this.result = result;
  }

  /** Both ends, and what became of the connection so far. */
  AddressPair addresses() {
    return new AddressPair(
        SocketAddresses.print(socket.localAddress()),
        SocketAddresses.print(socket.remoteAddress()),
        sinceStart());
  }

  /** The test begins. */
  void start() {
    atStart = socket.tcpInfo();
    if (atStart != null) {
      result.kernelTrips.baseline(atStart.rttMicros());
    }
  }

  /** Looks again; a look costs about a microsecond. */
  void sample() {
    TcpInfo now = socket.tcpInfo();
    if (now != null && atStart != null && !ended) {
      latest = now;
      result.kernelTrips.sample(now.rttMicros());
    }
  }

  /**
   * The test is over, or the connection is: of one that the peer has reset counts what was known
   * before. The first call counts.
   */
  void end() {
    if (!ended) {
      sample();
      ended = true;
      TcpInfo figures = sinceStart();
      if (figures != null) {
        result.tcp.add(figures);
      }
    }
  }

  /**
   * What is known now, or was last, with the retransmits since the last call; with those of the SYN
   * if there was none. Null if the kernel could never be asked.
   */
  @Nullable TcpInfo take() {
    TcpInfo known = socket.tcpInfo();
    if (known == null) {
      known = latest == null ? atStart : latest;
    }
    TcpInfo before = taken;
    taken = known;
    return known == null || before == null ? known : known.since(before);
  }

  private @Nullable TcpInfo sinceStart() {
    return latest == null || atStart == null ? null : latest.since(atStart);
  }
}
