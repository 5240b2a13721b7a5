package dev.echomesh.tester;

import dev.echomesh.bus.SocketChoices;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.TcpClient;
import dev.echomesh.wire.TlsContext;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all shares of a run have in common. Immutable.
 *
 * @param resolution the addresses of the target, tried in this order
 */
record RunPlan(
    TestRequest request, FramePattern pattern, Resolution resolution, @Nullable TlsContext tls) {
  Share share(ProbeLoop loop, List<Integer> ids) {
    return request.mode() == TestMode.CONNECT
        ? new ConnectShare(this, loop, ids)
        : new LoopShare(this, loop, ids);
  }

  Connector connector(ProbeLoop loop, LoopResult result, BooleanSupplier abandoned) {
    return new Connector(loop, options(), request, resolution, tls, result, abandoned);
  }

  /**
   * An equal part of a count; the first connections take what is left over. Without a count, no
   * end.
   */
  static long part(long count, int id, TestRequest request) {
    if (count == 0) {
      return Long.MAX_VALUE;
    }
    long each = count / request.connections();
    return id < count % request.connections() ? each + 1 : each;
  }

  private TcpClient.Options options() {
    SocketChoices choices = request.socket();
    return new TcpClient.Options(
        choices.source(), choices.dscp(), choices.sendBuffer(), choices.receiveBuffer());
  }
}
