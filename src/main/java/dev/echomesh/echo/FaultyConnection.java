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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of an endpoint that misbehaves on purpose. Apart from {@link EchoConnection}, so that
 * a healthy endpoint pays nothing for it. Event loop only.
 */
final class FaultyConnection implements SocketListener, ServedConnection {
  private static final Logger LOG = LoggerFactory.getLogger(FaultyConnection.class);

  /** Bytes that wait to be answered, or for the kernel, above which a client is not read from. */
  private static final long HIGH_WATER = 64 * 1024;

  private static final long LOW_WATER = 32 * 1024;
  private static final int USUAL_FRAME = 64;

  private final Endpoint endpoint;
  private final EndpointConfig config;
  private final Faults faults;
  private final Consumer<ServedConnection> left;
  private final LoopTimer timer;
  private final TcpSocket socket;
  private final ConnectionCounters counters;
  private final FrameFaults frameFaults;
  private final Lateness lateness;
  private final @Nullable FrameReader frames;
  private final IdleWatch idle;
  private final Deque<Late> waiting = new ArrayDeque<>();

  private Buffer partial = Buffer.buffer();
  private long waitingBytes;
  private long answered;
  private boolean paused;
  private boolean peerEnded;
  private boolean outputEnded;
  private boolean draining;
  private boolean timed;

  /** What goes out at a time; null bytes stand for the end of the answers. */
  private record Late(long atNanos, @Nullable Buffer bytes) {}

  /**
   * A client that was just accepted.
   *
   * @param number of the connection on the endpoint, which makes its random faults its own
   * @param left told when it is gone
   */
  FaultyConnection(
      Endpoint endpoint,
      NetSocket accepted,
      long number,
      LoopTimer timer,
      Consumer<ServedConnection> left) {
    this.endpoint = endpoint;
    this.config = endpoint.config();
    this.faults = endpoint.faults();
    this.left = left;
    this.timer = timer;
    this.frameFaults = new FrameFaults(faults, number);
    this.lateness = new Lateness(faults, number, System.nanoTime());
    this.frames =
        faults.countsFrames() || stamps() ? new FrameReader(frameLength(), this::frame) : null;
    this.idle = new IdleWatch(config.idleTimeout());
    TlsContext tls = endpoint.tls();
    if (tls == null) {
      endpoint.counters().accepted.increment();
    }
    this.socket =
        tls == null
            ? TcpSocket.attach(accepted, this)
            : TcpSocket.attachTls(accepted, this, tls, EchoConnection.HANDSHAKE_TIMEOUT);
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
      case HALF_CLOSE -> endOutput();
      case SERVE, SILENT -> limit();
    }
  }

  @Override
  public void secured() {
    endpoint.counters().accepted.increment();
    begin();
  }

  @Override
  public void received(Chunk chunk) {
    if (outputEnded || faults.onAccept() == OnAccept.SILENT) {
      chunk.release();
      return;
    }
    Buffer bytes = chunk.toBuffer();
    if (frames == null) {
      answerLater(bytes);
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
    peerEnded = true;
    counters.tcp(socket.tcpInfo());
    if (outputEnded || faults.onAccept() == OnAccept.SILENT) {
      socket.close();
      return;
    }
    if (partial.length() > 0) {
      answerLater(partial);
      partial = Buffer.buffer();
    }
    frameFaults.rest().forEach(frame -> answerLater(Buffer.buffer(frame)));
    later(new Late(lateness.next(System.nanoTime(), 0), null));
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
      LOG.info(
          "endpoint {}: client {} had not ended at the drain deadline",
          config.name(),
          socket.remoteAddress());
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
  public void endIdle() {
    endpoint.counters().end(Ending.IDLE);
    LOG.info("endpoint {}: client {} was idle", config.name(), socket.remoteAddress());
    socket.reset();
  }

  private void frame(Buffer frame) {
    if (outputEnded) {
      return;
    }
    if (stamps()) {
      Stamps.received(frame, 0, System.nanoTime());
    }
    FrameFaults.Answers answers = frameFaults.next(frame.getBytes());
    answers.frames().forEach(answer -> answerLater(Buffer.buffer(answer)));
    if (answers.end()) {
      later(new Late(lateness.next(System.nanoTime(), 0), null));
    }
  }

  private void answerLater(Buffer bytes) {
    waitingBytes += bytes.length();
    later(new Late(lateness.next(System.nanoTime(), bytes.length()), bytes));
  }

  private void later(Late late) {
    waiting.add(late);
    if (!timed) {
      answerDue();
    }
  }

  private void answerDue() {
    long now = System.nanoTime();
    while (!waiting.isEmpty() && waiting.element().atNanos - now <= 0 && !outputEnded) {
      Late due = waiting.remove();
      if (due.bytes == null) {
        endAnswers();
      } else {
        waitingBytes -= due.bytes.length();
        answer(due.bytes);
      }
    }
    if (outputEnded || socket.isClosed()) {
      waiting.clear();
      waitingBytes = 0;
    } else if (!waiting.isEmpty()) {
      timed = true;
      timer.at(
          waiting.element().atNanos,
          () -> {
            timed = false;
            answerDue();
          });
    }
    resumeIfLow();
    endIfDrained();
  }

  /** Sends as much as the limits in bytes allow. */
  private void answer(Buffer bytes) {
    if (stamps() && bytes.length() == frameLength()) {
      Stamps.sent(bytes, 0, System.nanoTime());
    }
    long room = Math.min(room(faults.closeAfter()), room(faults.resetAfter()));
    int length = (int) Math.min(bytes.length(), room);
    int step = faults.segment() == 0 ? Math.max(1, length) : faults.segment();
    for (int from = 0; from < length; from += step) {
      socket.write(bytes.getBuffer(from, Math.min(length, from + step)));
      var unused = socket.flush();
    }
    answered += length;
    limit();
  }

  private long room(long limit) {
    return limit < 0 ? Long.MAX_VALUE : limit - answered;
  }

  /** Ends what has answered as many bytes as it may. */
  private void limit() {
    if (room(faults.resetAfter()) == 0) {
      outputEnded = true;
      socket.reset();
    } else if (room(faults.closeAfter()) == 0) {
      endOutput();
    }
  }

  private void endAnswers() {
    if (peerEnded) {
      outputEnded = true;
      socket.close();
    } else {
      endOutput();
    }
  }

  /** Sends FIN; what still comes in is read and forgotten, because closing now would send RST. */
  private void endOutput() {
    if (!outputEnded) {
      outputEnded = true;
      socket.endOutput();
      if (peerEnded) {
        socket.close();
      }
    }
  }

  private void resumeIfLow() {
    if (paused && (outputEnded || held() <= LOW_WATER)) {
      paused = false;
      socket.resumeReading();
    }
  }

  private void endIfDrained() {
    if (draining && !peerEnded && !paused && waiting.isEmpty() && socket.isDrained()) {
      endOutput();
    }
  }

  private long held() {
    return waitingBytes + partial.length() + socket.unsentMemory();
  }

  private void count() {
    endpoint.counters().count(counters, socket.bytesReceived(), socket.bytesSent());
  }
}
