package dev.echomesh.echo;

import dev.echomesh.config.EndpointMode;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.PeerEnd;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One served client: echoes with back-pressure until the client has ended and has everything. Event
 * loop only.
 */
final class EchoConnection extends ServedConnection {
  private final Answer answer;
  private final StallWatch stallWatch;
  private boolean peerEnded;
  private boolean outputEnded;

  /** Ended from this side, for a reason that has been counted. */
  private boolean ended;

  private long kept;

  /** As {@link ServedConnection#ServedConnection}. */
  EchoConnection(
      Endpoint endpoint,
      NetSocket accepted,
      Handshakes handshakes,
      Consumer<ServedConnection> left) {
    super(endpoint, accepted, handshakes, left);
    this.stallWatch = new StallWatch(config.stallTimeout());
    this.answer =
        config.mode() == EndpointMode.FRAMED
            ? Answer.records(socket, config.frameLength(), config.timestamps())
            : Answer.bytes(socket);
  }

  @Override
  public boolean readsSparingly() {
    return endpoint.limits().keepsTooMuch();
  }

  @Override
  public void received(Chunk chunk) {
    if (outputEnded) {
      chunk.release();
      return;
    }
    answer.to(chunk);
    boolean tooMuch = endpoint.limits().keepsTooMuch();
    boolean stuck = socket.unsentMemory() >= (tooMuch ? 1 : HIGH_WATER) && !socket.flush();
    if (stuck || (tooMuch && answer.withheld() > 0)) {
      pause();
    }
  }

  @Override
  public void receivedBatch() {
    if (!outputEnded) {
      socket.flush();
      endIfDrained();
    }
    account();
  }

  @Override
  public void drained() {
    account();
    resumeIfPossible();
    endIfDrained();
  }

  private void resumeIfPossible() {
    boolean waits = answer.withheld() > 0 && endpoint.limits().keepsTooMuch();
    if (isPaused() && socket.unsentMemory() <= LOW_WATER && !waits) {
      resume();
    }
  }

  @Override
  public void peerEnded(PeerEnd end) {
    peerEnded = true;
    if (!ended && endedInHandshake()) {
      return;
    }
    counters.tcp(socket.tcpInfo());
    if (end == PeerEnd.TRUNCATED) {
      tell(ClientLog.Event.TRUNCATED, "ended without close_notify, its data may be truncated");
    }
    if (end == PeerEnd.TRUNCATED || answer.withheld() > 0) {
      truncated();
    }
    socket.close();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    keep(0);
    super.closed(cause);
  }

  @Override
  void settle(@Nullable Throwable cause) {
    if (!peerEnded && cause != null && answer.withheld() > 0) {
      truncated();
    }
    long owed = socket.bytesReceived() - answer.withheld() - socket.bytesSent();
    if (owed > 0) {
      endpoint.counters().cut.add(owed);
      tell(
          ClientLog.Event.CUT,
          "was cut, {} of {} bytes that it sent were not echoed{}",
          owed,
          socket.bytesReceived(),
          cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
    }
  }

  private void truncated() {
    endpoint.counters().truncated.increment();
    if (answer.withheld() > 0) {
      tell(
          ClientLog.Event.WITHHELD,
          "ended inside a record, {} of {} bytes of it came",
          answer.withheld(),
          config.frameLength());
    }
  }

  @Override
  void endAnswers() {
    if (!peerEnded && !outputEnded) {
      outputEnded = true;
      // the half-close lets the client take the rest in; closing now with bytes of its unread would
      // send RST
      socket.endOutput();
    }
  }

  @Override
  long stalledNanos(long nowNanos) {
    return stallWatch.stalledNanos(
        whatIsKept(), socket.bytesSent(), socket.queuedBytes(), nowNanos);
  }

  @Override
  void endIfStalled(long nowNanos) {
    if (ended) {
      return;
    }
    long stalled = stalledNanos(nowNanos);
    Ending reason = stallWatch.ending(stalled, endpoint.limits().keepsTooMuch());
    if (reason == null) {
      resumeIfPossible();
    } else {
      endStalled(reason, TimeUnit.NANOSECONDS.toMillis(stalled));
    }
  }

  private StallWatch.Kept whatIsKept() {
    if (!socket.isDrained()) {
      return StallWatch.Kept.ECHOES;
    }
    return answer.withheld() > 0 ? StallWatch.Kept.RECORD : StallWatch.Kept.NOTHING;
  }

  private void endStalled(Ending reason, long stalledMillis) {
    ended = true;
    endpoint.counters().end(reason);
    if (reason == Ending.STALLED) {
      tell(ClientLog.Event.STALLED, "took nothing of what it was owed for {} ms", stalledMillis);
    } else {
      tell(
          ClientLog.Event.MAX_BUFFERED,
          "was reset at echo.maxBuffered, it took nothing for {} ms",
          stalledMillis);
    }
    socket.reset();
    // what is kept is free once the socket is closed, which can take until the loop's next turn;
    // the next connection to be looked at shall not suffer for it
    keep(0);
  }

  @Override
  boolean isIdle(long nowNanos) {
    return !ended && super.isIdle(nowNanos);
  }

  @Override
  void endIdle() {
    ended = true;
    tell(ClientLog.Event.IDLE, "was idle");
    endpoint.counters().end(Ending.IDLE);
    if (socket.isDrained()) {
      socket.close();
    } else {
      socket.reset();
    }
  }

  private void account() {
    count();
    if (!socket.isClosed()) {
      // what a record is gathered in grows by doubling
      keep(socket.unsentMemory() + 2L * answer.withheld());
    }
  }

  private void keep(long bytes) {
    if (bytes != kept) {
      endpoint.limits().keep(bytes - kept);
      kept = bytes;
    }
  }
}
