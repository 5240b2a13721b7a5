package dev.echomesh.tester;

import java.util.ArrayDeque;
import java.util.Queue;

/** Says when a connection may send its next frame. Not thread-safe. */
sealed interface Load {
  /** Whether a frame may be sent now. */
  boolean hasNext(int inFlight);

  /**
   * Takes the frame that may be sent.
   *
   * @return when its clock starts, as of {@link System#nanoTime()}
   */
  long take(long nowNanos);

  /** How many more could be sent at once. */
  int following(int inFlight);

  /** Whether no frame will come any more. */
  boolean isExhausted();

  /** Whether a frame is still to be sent, so that a peer that ends now ends too early. */
  default boolean owes() {
    return !isExhausted();
  }

  /** Told when nothing is in flight and nothing may be sent now. */
  default void settled() {}

  /** Offers no new frames; those that are due stay due. */
  void stop();

  /** Frames that were due and were not taken; they are given up. */
  int giveUp();

  /** Closed loop: a frame may be sent whenever fewer than a window are in flight. */
  final class Window implements Load {
    private final int window;
    private long left;

    Window(int window, long frames) {
      this.window = window;
      this.left = frames;
    }

    @Override
    public boolean hasNext(int inFlight) {
      return left > 0 && inFlight < window;
    }

    @Override
    public long take(long nowNanos) {
      left--;
      return nowNanos;
    }

    @Override
    public int following(int inFlight) {
      return (int) Math.min(left, window - inFlight);
    }

    @Override
    public boolean isExhausted() {
      return left == 0;
    }

    @Override
    public void stop() {
      left = 0;
    }

    @Override
    public int giveUp() {
      return 0;
    }
  }

  /**
   * Open loop: a frame may be sent when it is due, and stays due until the socket takes it. Its
   * clock starts at its intended time, so whatever holds it up is in its round trip.
   */
  final class Due implements Load {
    private final Queue<Frame> due = new ArrayDeque<>();
    private final LatencyRecorder blocked;
    private boolean stopped;
    private boolean givenUp;

    private record Frame(long intendedNanos, long wokenNanos, boolean measured) {}

    /**
     * Nothing is due yet.
     *
     * @param blocked records how long frames waited for their socket
     */
    Due(LatencyRecorder blocked) {
      this.blocked = blocked;
    }

    /**
     * A frame has become due; it is none of a connection that was given up.
     *
     * @param wokenNanos when the event loop noticed
     * @param measured whether its wait counts
     */
    void add(long intendedNanos, long wokenNanos, boolean measured) {
      if (!givenUp) {
        due.add(new Frame(intendedNanos, wokenNanos, measured));
      }
    }

    @Override
    public boolean hasNext(int inFlight) {
      return !due.isEmpty();
    }

    @Override
    public long take(long nowNanos) {
      Frame frame = due.remove();
      if (frame.measured) {
        blocked.record(nowNanos - frame.wokenNanos);
      }
      return frame.intendedNanos;
    }

    @Override
    public int following(int inFlight) {
      return due.size();
    }

    @Override
    public boolean isExhausted() {
      return stopped && due.isEmpty();
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public int giveUp() {
      givenUp = true;
      int left = due.size();
      due.clear();
      return left;
    }
  }

  /** Closed loop with one frame in flight, in batches; the connection stays between them. */
  final class Batches implements Load {
    private final Runnable whenSettled;
    private int left;
    private boolean stopped;

    /**
     * Nothing is to be sent yet.
     *
     * @param whenSettled told when nothing of a batch is left, perhaps more than once
     */
    Batches(Runnable whenSettled) {
      this.whenSettled = whenSettled;
    }

    void add(int frames) {
      left += frames;
    }

    @Override
    public boolean hasNext(int inFlight) {
      return left > 0 && inFlight == 0;
    }

    @Override
    public long take(long nowNanos) {
      left--;
      return nowNanos;
    }

    @Override
    public int following(int inFlight) {
      return 0;
    }

    @Override
    public boolean isExhausted() {
      return stopped && left == 0;
    }

    @Override
    public boolean owes() {
      return left > 0;
    }

    @Override
    public void settled() {
      if (left == 0) {
        whenSettled.run();
      }
    }

    @Override
    public void stop() {
      stopped = true;
      left = 0;
    }

    @Override
    public int giveUp() {
      left = 0;
      return 0;
    }
  }
}
