package dev.echomesh.tester.checks;

import dev.echomesh.spec.TcpInfo;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server under check: one {@link Exchange} after the other, every byte
 * compared. Event loop only.
 */
final class EchoStream implements SocketListener {
  /** Bytes waiting for the kernel above which no more are written. */
  private static final long HIGH_WATER = 256 * 1024;

  /** What is written in one turn of the event loop, so that reading has its turns too. */
  private static final long MOST_IN_A_TURN = 1 << 20;

  private static final long TICK_MILLIS = 20;

  private final Vertx vertx;
  private final TcpSocket socket;
  private final Content content;
  private final Duration timeout;
  private final LostTime lostTime;
  private final Context context;
  private final Comparison comparison;

  private long written;
  private Exchange.@Nullable Ending ended;
  private String cause = "";
  private @Nullable Round round;

  /**
   * A connection that was just made; TLS, if any, is up.
   *
   * @param timeout without any byte moving; time that was lost does not count
   */
  EchoStream(
      Vertx vertx, NetSocket connected, Content content, Duration timeout, LostTime lostTime) {
    this.vertx = vertx;
    this.content = content;
    this.timeout = timeout;
    this.lostTime = lostTime;
    this.context = vertx.getOrCreateContext();
    this.comparison = new Comparison(content);
    this.socket = TcpSocket.attach(connected, this);
  }

  /** Sends and receives as planned; never fails, and ends within the timeout of the last byte. */
  Future<Exchange> exchange(Plan plan) {
    Round next = new Round(plan);
    round = next;
    next.begin();
    return next.promise.future();
  }

  @Nullable TcpInfo tcpInfo() {
    return socket.tcpInfo();
  }

  @Nullable SSLSession tlsSession() {
    return socket.tlsSession();
  }

  InetSocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  /** Ends by RST. */
  void reset() {
    if (!socket.isClosed()) {
      socket.reset();
    }
  }

  /** Ends in order if that is possible at once. */
  void close() {
    if (socket.isDrained()) {
      socket.close();
    } else {
      reset();
    }
  }

  @Override
  public void received(Chunk chunk) {
    comparison.accept(chunk.toBuffer().getBytes(), written);
    if (round != null) {
      round.received();
    }
  }

  @Override
  public void drained() {
    if (round != null) {
      round.send();
    }
  }

  @Override
  public void peerEnded(PeerEnd end) {
    ended(end == PeerEnd.TRUNCATED ? Exchange.Ending.TRUNCATED : Exchange.Ending.ENDED);
  }

  @Override
  public void closed(@Nullable Throwable why) {
    if (ended == null) {
      cause = why == null || why.getMessage() == null ? "" : why.getMessage();
      ended(Exchange.Ending.RESET);
    }
  }

  private void ended(Exchange.Ending how) {
    ended = how;
    if (round != null) {
      round.stop(how);
    }
  }

  /** One plan under way. */
  private final class Round {
    private final Plan plan;
    private final Promise<Exchange> promise = Promise.promise();
    private final long sentBefore = socket.bytesSent();
    private final long offsetBefore = comparison.offset();
    private final long writtenBefore = written;

    private long toSend;
    private int writes;
    private boolean reading = true;
    private boolean sending;
    private boolean listening;
    private long early = -1;
    private long absorbed;
    private long ticker = -1;
    private long progress = -1;
    private long progressNanos = System.nanoTime();
    private long lostAtProgress = lostTime.lostNanos();

    Round(Plan plan) {
      this.plan = plan;
      this.toSend = plan.bytes();
    }

    void begin() {
      if (ended != null) {
        stop(ended);
        return;
      }
      if (!plan.quiet().isZero()) {
        reading = false;
        socket.pauseReading();
      }
      ticker = vertx.setPeriodic(TICK_MILLIS, id -> tick());
      send();
    }

    /** Writes as much as the kernel takes for now, and a little more. */
    void send() {
      if (sending || early >= 0) {
        return;
      }
      sending = true;
      long before = written;
      while (maySend() && written - before < MOST_IN_A_TURN) {
        int length = (int) Math.min(toSend, plan.writes().get(writes++ % plan.writes().size()));
        socket.write(Buffer.buffer(content.bytes(written, length)));
        written += length;
        toSend -= length;
        var unused = socket.flush();
      }
      sending = false;
      if (maySend()) {
        context.runOnContext(
            nextTurn -> {
              if (round == this) {
                send();
              }
            });
      }
      if (toSend == 0) {
        early = comparison.offset() - offsetBefore;
        if (plan.end()) {
          socket.endOutput();
        }
      }
    }

    private boolean maySend() {
      long kept = comparison.offset() > offsetBefore ? 0 : plan.kept();
      return toSend > kept
          && socket.unsentMemory() < HIGH_WATER
          && absorbed() < plan.most()
          && !socket.isClosed();
    }

    void received() {
      if (toSend <= plan.kept()) {
        send();
      }
      if (comparison.first() != null || comparison.offset() > written) {
        stop(Exchange.Ending.OPEN);
      } else if (toSend == 0 && comparison.offset() == written && !plan.end() && !listening) {
        listening = true;
        if (plan.listen().isZero()) {
          stop(Exchange.Ending.OPEN);
        } else {
          vertx.setTimer(plan.listen().toMillis(), id -> stop(Exchange.Ending.OPEN));
        }
      }
    }

    void stop(Exchange.Ending ending) {
      if (round != this) {
        return;
      }
      round = null;
      vertx.cancelTimer(ticker);
      promise.complete(
          new Exchange(
              plan,
              socket.bytesSent() - sentBefore,
              comparison.offset() - offsetBefore,
              plan.bytes() == Long.MAX_VALUE ? written - writtenBefore : plan.bytes(),
              early,
              absorbed,
              comparison.first(),
              ending,
              cause));
    }

    private void tick() {
      long now = System.nanoTime();
      long lost = lostTime.lostNanos();
      long moved = socket.bytesSent() + socket.bytesReceived();
      if (moved != progress) {
        progress = moved;
        progressNanos = now;
        lostAtProgress = lost;
      }
      Duration still = Duration.ofNanos(now - progressNanos - (lost - lostAtProgress));
      if (reading) {
        if (still.compareTo(timeout) > 0) {
          stop(Exchange.Ending.STALLED);
        }
        return;
      }
      absorbed = absorbed();
      if (absorbed >= plan.most()) {
        stop(Exchange.Ending.OVERFED);
      } else if (still.compareTo(plan.quiet()) >= 0) {
        read(now, lost);
      }
    }

    /** What was taken while nothing was read is all that will be sent, if no end was planned. */
    private void read(long now, long lost) {
      reading = true;
      progressNanos = now;
      lostAtProgress = lost;
      if (plan.bytes() == Long.MAX_VALUE) {
        toSend = 0;
      }
      socket.resumeReading();
    }

    private long absorbed() {
      return reading ? 0 : socket.bytesSent() - sentBefore;
    }
  }
}
