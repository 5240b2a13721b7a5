package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of one connection's frames: what was sent when, what came back, and that each ends
 * in exactly one outcome. Knows neither sockets nor the clock. Not thread-safe.
 *
 * <p>Frames come back in the order in which they were sent, or something is wrong. So the frames in
 * flight are a run of sequences: {@code nextExpected} up to {@code nextToSend}. One that was passed
 * over by a later one is <em>missing</em>, until it comes (reordered) or its time is up (lost).
 */
final class FrameLedger {
  /**
   * A missing frame that never comes is remembered until its time is up, but at most so many of
   * them.
   */
  private static final int MAX_MISSING = 65_536;

  /** How far back a second copy of a frame is told from a first one that comes late. */
  private static final int HISTORY = 4_096;

  /** Stands for the send time of a frame that did not end well. */
  static final long NOT_OK = Long.MIN_VALUE;

  private final long timeoutNanos;
  private long[] sentAt;

  /** Which of the latest frames ended as {@link Outcome#OK}. */
  private final BitSet oks = new BitSet(HISTORY);

  private final Map<Long, Long> missingSentAt = new LinkedHashMap<>();
  private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);

  private long ok;
  private long nextToSend;
  private long nextExpected;
  private boolean ended;
  private @Nullable Outcome beforeFirst;

  /**
   * An account of no frames.
   *
   * @param inFlight frames that are usually in flight at the most; more make it grow
   */
  FrameLedger(int inFlight, long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.sentAt = new long[Integer.highestOneBit(Math.max(1, inFlight - 1)) << 1];
  }

  /** Enters the next frame and returns its sequence; they count from 0. */
  long send(long nowNanos) {
    if (inFlight() == sentAt.length) {
      grow();
    }
    sentAt[slot(nextToSend)] = nowNanos;
    return nextToSend++;
  }

  long sent() {
    return nextToSend;
  }

  int inFlight() {
    return ended ? 0 : (int) (nextToSend - nextExpected);
  }

  /** The sequence whose turn it is to come back. */
  long nextExpected() {
    return nextExpected;
  }

  /** Whether the frame was sent, and neither came back nor was overtaken. */
  boolean isInFlight(long sequence) {
    return !ended && sequence >= nextExpected && sequence < nextToSend;
  }

  /** When the clock of a frame in flight started. */
  long sentAt(long sequence) {
    return sentAt[slot(sequence)];
  }

  boolean isEnded() {
    return ended;
  }

  Outcomes outcomes() {
    return new Outcomes(counts).plus(new Outcomes(Map.of(Outcome.OK, ok)));
  }

  long ok() {
    return ok;
  }

  /** Whether nothing can change any more: no frame is in flight or missing. */
  boolean isSettled() {
    return inFlight() == 0 && missingSentAt.isEmpty();
  }

  /**
   * A frame of this connection came back intact.
   *
   * @return when it was sent, if it ends as {@link Outcome#OK}; else {@link #NOT_OK}
   */
  long intact(long sequence) {
    if (sequence >= nextToSend || sequence < 0) {
      foreign();
      return NOT_OK;
    }
    if (sequence < nextExpected) {
      late(sequence, Outcome.REORDERED, Outcome.DUPLICATED);
      return NOT_OK;
    }
    passOver(sequence);
    nextExpected = sequence + 1;
    if (beforeFirst != null) {
      decide(sequence, beforeFirst);
      beforeFirst = null;
      return NOT_OK;
    }
    ok++;
    oks.set((int) (sequence % HISTORY));
    return sentAt[slot(sequence)];
  }

  /** Bytes came that are no frame; the sequence is what they say, or else the expected one. */
  void corrupt(long sequence) {
    if (sequence < nextExpected && sequence >= 0) {
      late(sequence, Outcome.MISMATCH, Outcome.MISMATCH);
    } else if (inFlight() == 0) {
      unasked(Outcome.MISMATCH);
    } else {
      long which = sequence >= 0 && sequence < nextToSend ? sequence : nextExpected;
      passOver(which);
      decide(which, Outcome.MISMATCH);
      nextExpected = which + 1;
    }
  }

  /** Another connection's frame came where one of this connection was expected. */
  void foreign() {
    if (inFlight() == 0) {
      unasked(Outcome.FOREIGN);
    } else {
      decide(nextExpected++, Outcome.FOREIGN);
    }
  }

  /**
   * Ends what is overdue.
   *
   * @return whether the connection must end, because the frame whose turn it is timed out
   */
  boolean expire(long nowNanos) {
    var oldest = missingSentAt.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Long, Long> missing = oldest.next();
      if (nowNanos - missing.getValue() < timeoutNanos) {
        break;
      }
      oldest.remove();
      decide(missing.getKey(), Outcome.LOST);
    }
    if (inFlight() == 0 || nowNanos - sentAt[slot(nextExpected)] < timeoutNanos) {
      return false;
    }
    decide(nextExpected++, Outcome.TIMEOUT);
    end(Outcome.CANCELLED);
    return true;
  }

  /** The peer ended inside a frame; what else is outstanding ends as {@link Outcome#CLOSED}. */
  void truncated() {
    if (inFlight() > 0) {
      decide(nextExpected++, Outcome.TRUNCATED);
    } else {
      unasked(Outcome.MISMATCH);
    }
    end(Outcome.CLOSED);
  }

  /** Frames that were due and could not be sent before the connection ended. */
  void cancelUnsent(int frames) {
    if (frames > 0) {
      counts.merge(Outcome.CANCELLED, (long) frames, Long::sum);
    }
  }

  /** Nothing comes any more; what is outstanding ends in the given outcome. */
  void end(Outcome ofOutstanding) {
    if (ended) {
      return;
    }
    while (nextExpected < nextToSend) {
      decide(nextExpected++, ofOutstanding);
    }
    missingSentAt.keySet().forEach(sequence -> decide(sequence, Outcome.LOST));
    missingSentAt.clear();
    ended = true;
  }

  /** Frames between the expected one and this one were overtaken. */
  private void passOver(long sequence) {
    for (long s = nextExpected; s < sequence; s++) {
      if (missingSentAt.size() == MAX_MISSING) {
        var oldest = missingSentAt.keySet().iterator();
        decide(oldest.next(), Outcome.LOST);
        oldest.remove();
      }
      missingSentAt.put(s, sentAt[slot(s)]);
      oks.clear((int) (s % HISTORY));
    }
  }

  /** A frame that is no longer expected came: for the first time, or again. */
  private void late(long sequence, Outcome first, Outcome again) {
    if (missingSentAt.remove(sequence) != null) {
      decide(sequence, first);
      return;
    }
    boolean wasOk = isRemembered(sequence) ? wasOk(sequence) : ok > 0;
    if (wasOk) {
      redecide(sequence, again);
    }
  }

  /**
   * More came than was sent: the fault shows on the last frame, which had ended well, or if there
   * is none on the first that does.
   */
  private void unasked(Outcome outcome) {
    long last = nextToSend - 1;
    if (last < 0) {
      beforeFirst = outcome;
    } else if (wasOk(last)) {
      redecide(last, outcome);
    }
  }

  private void grow() {
    long[] larger = new long[sentAt.length << 1];
    for (long s = nextExpected; s < nextToSend; s++) {
      larger[(int) s & (larger.length - 1)] = sentAt[slot(s)];
    }
    sentAt = larger;
  }

  private int slot(long sequence) {
    return (int) sequence & (sentAt.length - 1);
  }

  private void redecide(long sequence, Outcome outcome) {
    ok--;
    decide(sequence, outcome);
  }

  private void decide(long sequence, Outcome outcome) {
    counts.merge(outcome, 1L, Long::sum);
    if (isRemembered(sequence)) {
      oks.clear((int) (sequence % HISTORY));
    }
  }

  private boolean isRemembered(long sequence) {
    return sequence >= nextToSend - HISTORY;
  }

  private boolean wasOk(long sequence) {
    return oks.get((int) (sequence % HISTORY));
  }
}
