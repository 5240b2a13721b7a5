package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameInspector;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.IncomingFrames;
import java.util.Locale;

/**
 * Holds what comes back on one connection against what was sent, and enters it in the connection's
 * ledger. Event loop only.
 */
final class Verification implements IncomingFrames.Account {
  /**
   * How much faster than ours the peer's clock may run: twice what NTP slews, and a microsecond.
   */
  private static final double CLOCK_DRIFT = 1.001;

  private static final long CLOCK_STEP_NANOS = 1000;

  private final int id;
  private final FrameLedger ledger;
  private final LoopResult result;
  private final IncomingFrames incoming;

  private long measureFromNanos;
  private long arrivedAt;
  private boolean misaligned;

  Verification(int id, FramePattern pattern, FrameLedger ledger, LoopResult result) {
    this.id = id;
    this.ledger = ledger;
    this.result = result;
    this.incoming = new IncomingFrames(pattern, id, this);
  }

  /** Frames sent earlier are warm-up: verified, but not in the latencies. */
  void measureFrom(long nanos) {
    measureFromNanos = nanos;
  }

  /** Bytes of a frame that has begun and is not complete. */
  int partial() {
    return incoming.partial();
  }

  /**
   * Takes in what came.
   *
   * @return whether frames can still be told apart; if not, the ledger has ended
   */
  boolean take(Chunk chunk) {
    boolean hadEnded = ledger.isEnded();
    arrivedAt = System.nanoTime();
    incoming.take(chunk);
    return hadEnded || !ledger.isEnded();
  }

  @Override
  public long nextExpected() {
    return ledger.nextExpected();
  }

  @Override
  public void found(FrameInspector.Finding finding) {
    if (ledger.isEnded()) {
      return;
    }
    if (finding instanceof FrameInspector.Intact frame) {
      misaligned = false;
      intact(frame.sequence());
    } else if (finding instanceof FrameInspector.Stamped frame) {
      misaligned = false;
      stamped(frame);
    } else if (finding instanceof FrameInspector.Foreign frame) {
      misaligned = false;
      result.problem(
          "connection %d: frame %d of connection %d came instead of frame %d"
              .formatted(id, frame.sequence(), frame.connection(), ledger.nextExpected()));
      ledger.foreign();
    } else if (finding instanceof FrameInspector.Corrupt frame) {
      corrupt(frame);
    }
  }

  /** Returns the round trip if it counts, else a negative number. */
  private long intact(long sequence) {
    long sentAt = ledger.intact(sequence);
    if (sentAt == FrameLedger.NOT_OK || sentAt - measureFromNanos < 0) {
      return -1;
    }
    long rtt = arrivedAt - sentAt;
    result.measured(rtt, arrivedAt);
    return rtt;
  }

  private void stamped(FrameInspector.Stamped frame) {
    if (ledger.isInFlight(frame.sequence())) {
      long trip = arrivedAt - ledger.sentAt(frame.sequence());
      if (frame.residenceNanos() > trip * CLOCK_DRIFT + CLOCK_STEP_NANOS) {
        result.problem(
            "connection %d: by its stamps the peer kept frame %d for %d us, of a round trip of %d us"
                .formatted(id, frame.sequence(), frame.residenceNanos() / 1000, trip / 1000));
        ledger.corrupt(frame.sequence());
        return;
      }
    }
    long trip = intact(frame.sequence());
    if (trip >= 0) {
      result.stamped(frame.residenceNanos(), trip);
    }
  }

  private void corrupt(FrameInspector.Corrupt frame) {
    result.problem(
        String.format(
            Locale.ROOT,
            "connection %d: byte %d of frame %d is 0x%02x, expected 0x%02x%s",
            id,
            frame.offset(),
            frame.sequence(),
            frame.got(),
            frame.expected(),
            frame.stamped() ? " (it looks like a stamp, which takes --timestamps)" : ""));
    ledger.corrupt(frame.sequence());
    if (!frame.aligned() && misaligned) {
      result.problem("connection " + id + ": the stream has lost its frames; it was ended");
      ledger.end(Outcome.CANCELLED);
    }
    misaligned = !frame.aligned();
  }
}
