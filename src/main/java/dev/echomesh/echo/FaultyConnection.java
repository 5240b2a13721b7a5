package dev.echomesh.echo;

import dev.echomesh.config.EndpointMode;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.Faults.OnAccept;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameReader;
import dev.echomesh.wire.LoopTimer;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.Stamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of an endpoint that misbehaves on purpose. Apart from {@link EchoConnection}, so that
 * a healthy endpoint pays nothing for it. Event loop only.
 */
final class FaultyConnection extends ServedConnection implements LateAnswers.Receiver {
  private static final int USUAL_FRAME = 64;

  private final Faults faults;
  private final FrameFaults frameFaults;
  private final LateAnswers waiting;
  private final @Nullable FrameReader frames;
  private final FaultyOutput output;
  private Buffer partial = Buffer.buffer();

  /**
   * As {@link ServedConnection#ServedConnection}.
   *
   * @param number of the connection on the endpoint, which makes its random faults its own
   */
  FaultyConnection(
      Endpoint endpoint,
      NetSocket accepted,
      Handshakes handshakes,
      long number,
      LoopTimer timer,
      Consumer<ServedConnection> left) {
    super(endpoint, accepted, handshakes, left);
    this.faults = endpoint.faults();
    this.frameFaults = new FrameFaults(faults, number);
    this.waiting = new LateAnswers(new Lateness(faults, number, System.nanoTime()), timer, this);
    this.frames =
        faults.countsFrames() || stamps() ? new FrameReader(frameLength(), this::frame) : null;
    this.output = new FaultyOutput(socket, faults, stamps() ? frameLength() : 0);
    if (!socket.lacksTls()) {
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
    return config.mode() == EndpointMode.FRAMED ? config.frameLength() : USUAL_FRAME;
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
    super.secured();
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
    if (!isPaused() && held() >= HIGH_WATER) {
      pause();
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
    if (endedInHandshake()) {
      return;
    }
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
  void settle(@Nullable Throwable cause) {
    waiting.clear();
  }

  /** What it keeps is its purpose, and bounded for each connection. */
  @Override
  long stalledNanos(long nowNanos) {
    return 0;
  }

  @Override
  void endIfStalled(long nowNanos) {
    // a fault may be that nothing is to be taken
  }

  @Override
  void endIdle() {
    endpoint.counters().end(Ending.IDLE);
    tell(ClientLog.Event.IDLE, "was idle");
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
    if (isPaused() && (output.isEnded() || held() <= LOW_WATER)) {
      resume();
    }
  }

  @Override
  void endAnswers() {
    if (!output.hasPeerEnded() && waiting.isEmpty()) {
      output.end();
    }
  }

  /** Bytes that wait to be answered, or for the kernel. */
  private long held() {
    return waiting.bytes() + partial.length() + socket.unsentMemory();
  }
}
