package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.Faults.OnAccept;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameReader;
import dev.echomesh.wire.LoopTimer;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.Stamps;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of an endpoint that misbehaves on purpose. Apart from {@link EchoConnection}, so that
 * a healthy endpoint pays nothing for it. Event loop only.
 */
final class FaultyConnection implements SocketListener, ServedConnection, LateAnswers.Receiver {
  /** Bytes that wait to be answered, or for the kernel, above which a client is not read from. */
  private static final long HIGH_WATER = 64 * 1024;

  private static final long LOW_WATER = 32 * 1024;
  private static final int USUAL_FRAME = 64;

  private final Endpoint endpoint;
  private final EndpointConfig config;
  private final Faults faults;
  private final Consumer<ServedConnection> left;
  private final TcpSocket socket;
  private final ConnectionCounters counters;
  private final FrameFaults frameFaults;
  private final LateAnswers waiting;
  private final @Nullable FrameReader frames;
  private final FaultyOutput output;
  private final IdleWatch idle;

  private Buffer partial = Buffer.buffer();
  private boolean paused;
  private boolean draining;

  /**
   * A client that was just accepted.
   *
   * @param number of the connection on the endpoint, which makes its random faults its own
   * @param left told when it is gone
   */
  FaultyConnection(
      Endpoint endpoint,
      NetSocket accepted,
      Handshakes handshakes,
      long number,
      LoopTimer timer,
      Consumer<ServedConnection> left) {
    this.endpoint = endpoint;
    this.config = endpoint.config();
    this.faults = endpoint.faults();
    this.left = left;
    this.frameFaults = new FrameFaults(faults, number);
    this.waiting = new LateAnswers(new Lateness(faults, number, System.nanoTime()), timer, this);
    this.frames =
        faults.countsFrames() || stamps() ? new FrameReader(frameLength(), this::frame) : null;
    this.idle = new IdleWatch(config.idleTimeout());
    TlsContext tls = endpoint.tls();
    if (tls == null) {
      endpoint.counters().accepted.increment();
    }
    this.socket =
        tls == null ? TcpSocket.attach(accepted, this) : handshakes.begin(accepted, this, tls);
    this.output = new FaultyOutput(socket, faults, stamps() ? frameLength() : 0);
    this.counters = endpoint.log().begin(socket.localAddress().getPort(), socket.remoteAddress());
    if (tls == null) {
      begin();
    }
  }

  /** Whether frames are stamped; shorter ones, which faults can have of their own, have no room. */
  private boolean stamps() {
    return config.timestamps() && frameLength() >= Stamps.MIN_LENGTH;
  }

  private int frameLength() {
    if (faults.frameLength() > 0) {
      return faults.frameLength();
    }
    return config.mode() == dev.echomesh.config.EndpointMode.FRAMED
        ? config.frameLength()
        : USUAL_FRAME;
  }

  private void begin() {
    switch (faults.onAccept()) {
      case REFUSE -> socket.reset();
      case STOP_READING -> socket.pauseReading();
      case HALF_CLOSE -> output.end();
      case SERVE, SILENT -> output.limit();
    }
  }

  @Override
  public void secured() {
    endpoint.counters().accepted.increment();
    begin();
  }

  @Override
  public void received(Chunk chunk) {
    if (output.isEnded() || faults.onAccept() == OnAccept.SILENT) {
      chunk.release();
      return;
    }
    Buffer bytes = chunk.toBuffer();
    if (frames == null) {
      waiting.add(bytes);
    } else {
      // what is incomplete at the client's end is echoed then
      partial.appendBuffer(bytes);
      frames.feed(bytes);
      partial = partial.getBuffer(partial.length() - frames.partial(), partial.length());
    }
    if (!paused && held() >= HIGH_WATER) {
      paused = true;
      socket.pauseReading();
    }
  }

  @Override
  public void receivedBatch() {
    count();
  }

  @Override
  public void drained() {
    resumeIfLow();
    endIfDrained();
    count();
  }

  @Override
  public void peerEnded(PeerEnd end) {
    output.peerEnded();
    counters.tcp(socket.tcpInfo());
    if (output.isEnded() || faults.onAccept() == OnAccept.SILENT) {
      socket.close();
      return;
    }
    if (partial.length() > 0) {
      waiting.add(partial);
      partial = Buffer.buffer();
    }
    frameFaults.rest().forEach(frame -> waiting.add(Buffer.buffer(frame)));
    waiting.addEnd();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    count();
    waiting.clear();
    if (socket.lacksTls() && cause != null) {
      endpoint.counters().reject(Rejection.TLS);
    }
    endpoint.log().end(socket.localAddress().getPort(), socket.remoteAddress(), counters);
    if (cause != null) {
      endpoint.failedIfOurFault(socket.remoteAddress(), cause);
    }
    left.accept(this);
  }

  @Override
  public void leaveVertx(Runnable portClosed) {
    socket.leaveVertx(portClosed);
  }

  @Override
  public void drain() {
    draining = true;
    if (socket.lacksTls()) {
      socket.reset();
    }
    endIfDrained();
  }

  @Override
  public void cutAtDeadline() {
    if (!socket.isClosed()) {
      endpoint
          .clientLog()
          .tell(
              ClientLog.Event.LATE, socket.remoteAddress(), "had not ended at the drain deadline");
      socket.reset();
    }
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return idle.isIdle(socket.bytesReceived() + socket.bytesSent(), nowNanos);
  }

  /** What it keeps is its purpose, and bounded for each connection. */
  @Override
  public long stalledNanos(long nowNanos) {
    return 0;
  }

  @Override
  public void endIfStalled(long nowNanos) {
    // a fault may be that nothing is to be taken
  }

  @Override
  public void failed(Throwable defect) {
    socket.defect(defect);
  }

  @Override
  public void endIdle() {
    endpoint.counters().end(Ending.IDLE);
    endpoint.clientLog().tell(ClientLog.Event.IDLE, socket.remoteAddress(), "was idle");
    socket.reset();
  }

  private void frame(Buffer frame) {
    if (output.isEnded()) {
      return;
    }
    if (stamps()) {
      Stamps.received(frame, 0, System.nanoTime());
    }
    FrameFaults.Answers answers = frameFaults.next(frame.getBytes());
    answers.frames().forEach(answer -> waiting.add(Buffer.buffer(answer)));
    if (answers.end()) {
      waiting.addEnd();
    }
  }

  @Override
  public void due(Buffer bytes) {
    output.answer(bytes);
  }

  @Override
  public void endDue() {
    output.end();
  }

  @Override
  public boolean isEnded() {
    return output.isEnded() || socket.isClosed();
  }

  @Override
  public void idle() {
    resumeIfLow();
    endIfDrained();
  }

  private void resumeIfLow() {
    if (paused && (output.isEnded() || held() <= LOW_WATER)) {
      paused = false;
      socket.resumeReading();
    }
  }

  private void endIfDrained() {
    if (draining && !output.hasPeerEnded() && !paused && waiting.isEmpty() && socket.isDrained()) {
      output.end();
    }
  }

  private long held() {
    return waiting.bytes() + partial.length() + socket.unsentMemory();
  }

  private void count() {
    endpoint.counters().count(counters, socket.bytesReceived(), socket.bytesSent());
  }
}
