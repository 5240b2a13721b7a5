package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.FrameWriter;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection under test: keeps its window of frames in flight, checks what comes back, and ends
 * by a half-close so that even a byte too many is seen. Event loop only.
 */
final class ProbeConnection implements SocketListener {
  /** Unsent memory above which no further frame is written; one frame always is. */
  private static final long MAX_UNSENT = 256 * 1024;

  /** How long a peer may take to answer our end with its own; taking longer is no fault. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How a connection ends when everything has come back. */
  enum End {
    /** A FIN, and a look at what may still come. */
    HALF_CLOSE,
    /** RST, which leaves no local port in TIME_WAIT (RFC 9293 §3.6). */
    RESET
  }

  private final int id;
  private final End end;
  private final Load load;
  private final TcpSocket socket;
  private final KernelWatch kernel;
  private final FrameLedger ledger;
  private final Settlement settlement;
  private final LoopResult result;
  private final Runnable whenClosed;

  /** What the peer has for its FIN: all of the timeout, if ending by FIN is what is tested. */
  private final long lingerNanos;

  private Verification verification;
  private FrameWriter writer;
  private long lingerUntil;
  private boolean started;
  private boolean sending;
  private boolean finishing;
  private Outcome endBeforeStart = Outcome.CLOSED;

  /**
   * Takes over a connected socket; sends nothing before {@link #start}.
   *
   * @param load when it may send
   * @param end how it ends when everything has come back
   */
  ProbeConnection(
      int id,
      TestRequest request,
      FramePattern pattern,
      Load load,
      End end,
      NetSocket connected,
      LoopResult result,
      Runnable whenClosed) {
    this.id = id;
    this.load = load;
    this.end = end;
    this.result = result;
    this.whenClosed = whenClosed;
    this.lingerNanos = request.gracefulClose() ? request.timeout().toNanos() : LINGER_NANOS;
    this.socket = TcpSocket.attach(connected, this);
    this.kernel = new KernelWatch(socket, result);
    this.ledger = new FrameLedger(request.window(), request.timeout().toNanos());
    this.settlement = new Settlement(id, ledger, load, result);
    this.verification = new Verification(id, pattern, ledger, result);
    this.writer = new FrameWriter(pattern, id, socket);
  }

  /** What its kernel says, and its addresses. */
  KernelWatch kernel() {
    return kernel;
  }

  /** Whether frames can be sent and come back. */
  boolean isUp() {
    return !socket.isClosed() && !ledger.isEnded();
  }

  /** What became of the frames so far. */
  Outcomes outcomes() {
    return ledger.outcomes();
  }

  /** Sends other frames from now on, all of them measured; none is in flight. */
  void use(FramePattern other) {
    if (verification.partial() > 0) {
      ended(Outcome.CLOSED, "it was ended");
      socket.reset();
      return;
    }
    verification = new Verification(id, other, ledger, result);
    verification.measureFrom(System.nanoTime());
    writer = new FrameWriter(other, id, socket);
  }

  long ok() {
    return ledger.ok();
  }

  long notOk() {
    return ledger.sent() - ledger.inFlight() - ledger.ok();
  }

  /**
   * Starts to send.
   *
   * @param measureFromNanos frames sent earlier are warm-up
   */
  void start(long measureFromNanos) {
    verification.measureFrom(measureFromNanos);
    started = true;
    sending = true;
    kernel.start();
    if (socket.isClosed()) {
      // as if it had ended a moment later
      while (load.hasNext(ledger.inFlight())) {
        ledger.send(load.take(System.nanoTime()));
      }
      ended(endBeforeStart, "the peer did not wait for the first frame");
      leave();
    } else {
      pump();
    }
  }

  /** Sends no more, waits for what is outstanding, then ends. */
  void stop() {
    load.stop();
    pump();
  }

  /** Ends what is overdue; to be called many times in a timeout. */
  void tick(long nowNanos) {
    if (socket.isClosed()) {
      return;
    }
    if (settlement.expire(nowNanos)) {
      kernel.end();
      socket.reset();
    } else if (finishing && nowNanos - lingerUntil >= 0) {
      socket.reset();
    } else {
      finishIfSettled();
    }
  }

  @Override
  public void received(Chunk chunk) {
    if (!verification.take(chunk)) {
      socket.reset();
    }
  }

  @Override
  public void receivedBatch() {
    pump();
  }

  @Override
  public void drained() {
    pump();
  }

  @Override
  public void peerEnded(PeerEnd end) {
    if (!started) {
      socket.close();
      return;
    }
    settlement.truncated(end, verification.partial());
    ended(Outcome.CLOSED, "the peer closed the connection");
    if (!finishing) {
      kernel.end();
      // what the peer does not take any more must not keep the run from ending
      finishing = true;
      sending = false;
      lingerUntil = System.nanoTime() + LINGER_NANOS;
    }
    socket.close();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    kernel.end();
    result.bytesSent += socket.bytesSent();
    result.bytesReceived += socket.bytesReceived();
    Outcome outcome = EndCause.outcome(cause);
    if (EndCause.isTlsAlert(cause) && socket.bytesReceived() == 0) {
      // over TLS 1.3 a server refuses the client's certificate when the client's handshake is done
      // already (RFC 8446 §4.4.2)
      outcome = Outcome.CANCELLED;
      result.unusable(kernel, Outcome.TLS_FAILED);
    }
    if (started) {
      ended(outcome, EndCause.inShort(cause));
      leave();
    } else {
      endBeforeStart = outcome;
    }
  }

  /** Sends what may be sent. */
  void pump() {
    if (!sending || ledger.isEnded()) {
      finishIfSettled();
      return;
    }
    boolean kernelTakesMore = true;
    while (kernelTakesMore && load.hasNext(ledger.inFlight())) {
      if (socket.unsentMemory() >= MAX_UNSENT) {
        return;
      }
      writeFrames();
      kernelTakesMore = writer.flush();
    }
    if (load.isExhausted()) {
      sending = false;
      finishIfSettled();
    } else if (ledger.isSettled()) {
      load.settled();
    }
  }

  /** Up to the window, or until enough is queued. */
  private void writeFrames() {
    long now = System.nanoTime();
    do {
      long sequence = ledger.send(load.take(now));
      writer.write(sequence, load.following(ledger.inFlight()));
    } while (load.hasNext(ledger.inFlight()) && socket.unsentMemory() < MAX_UNSENT);
  }

  private void ended(Outcome outcome, String why) {
    settlement.ended(outcome, why, verification.partial(), sending);
  }

  private void finishIfSettled() {
    if (started && !sending && !finishing && ledger.isSettled() && !socket.isClosed()) {
      finishing = true;
      kernel.end();
      if (end == End.RESET) {
        socket.reset();
        return;
      }
      lingerUntil = System.nanoTime() + lingerNanos;
      socket.endOutput();
    }
  }

  private void leave() {
    result.outcomes = result.outcomes.plus(ledger.outcomes());
    whenClosed.run();
  }
}
