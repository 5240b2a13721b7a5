package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.wire.PeerEnd;

/**
 * Settles what a connection leaves open when it ends: in which outcome each frame ends that is
 * outstanding or was still to be sent, and what is told of it. Knows neither sockets nor the clock.
 * Not thread-safe.
 */
final class Settlement {
  private final int id;
  private final FrameLedger ledger;
  private final Load load;
  private final LoopResult result;

  /** Of a connection that has not ended. */
  Settlement(int id, FrameLedger ledger, Load load, LoopResult result) {
    this.id = id;
    this.ledger = ledger;
    this.load = load;
    this.result = result;
  }

  /**
   * Ends what is overdue.
   *
   * @return whether the connection must end, because the frame whose turn it is timed out
   */
  boolean expire(long nowNanos) {
    long expected = ledger.nextExpected();
    if (!ledger.expire(nowNanos)) {
      return false;
    }
    problem("frame " + expected + " did not come back in time");
    ledger.cancelUnsent(load.giveUp());
    return true;
  }

  /**
   * The peer ended its half; more than an end it is if that was inside a frame, or over TLS without
   * its saying so while frames were outstanding.
   *
   * @param partial bytes of a frame that has begun to come
   */
  void truncated(PeerEnd end, int partial) {
    if (partial > 0) {
      problem(
          "the peer ended after %d bytes of frame %d".formatted(partial, ledger.nextExpected()));
      ledger.truncated();
    } else if (end == PeerEnd.TRUNCATED && !ledger.isSettled()) {
      problem("the peer ended without close_notify");
      ledger.truncated();
    }
  }

  /**
   * The connection ends, unless it has; a frame that was still to be sent shows that it ended too
   * early.
   *
   * @param ofOutstanding what becomes of the frames that have not come back
   * @param partial bytes of a frame that has begun to come
   * @param sending whether this side would have sent on
   */
  void ended(Outcome ofOutstanding, String why, int partial, boolean sending) {
    if (ledger.isEnded()) {
      return;
    }
    if (ledger.isSettled() && partial > 0) {
      problem(partial + " bytes too many came");
      ledger.corrupt(ledger.nextExpected());
    }
    if (sending && ledger.isSettled() && load.owes() && ofOutstanding != Outcome.CANCELLED) {
      blameNextFrame(ofOutstanding);
    }
    if (!ledger.isSettled()) {
      problem(why + ", " + ledger.inFlight() + " frames outstanding");
    }
    ledger.end(ofOutstanding);
    ledger.cancelUnsent(load.giveUp());
  }

  private void blameNextFrame(Outcome outcome) {
    long next = ledger.send(0); // which ends before its clock says anything
    ledger.end(outcome);
    problem("the peer ended before frame " + next);
  }

  private void problem(String inPlainWords) {
    result.problem("connection " + id + ": " + inPlainWords);
  }
}
