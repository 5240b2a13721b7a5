package dev.echomesh.echo;

import dev.echomesh.spec.Faults;
import dev.echomesh.spec.HitRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the frames of one connection: which are dropped, doubled, swapped, damaged or
 * broken off. Not thread-safe.
 */
final class FrameFaults {
  private final Faults faults;
  private final Random random;
  private long index;
  private byte @Nullable [] heldBack;

  /**
   * The faults of one connection.
   *
   * @param connection its number on the endpoint, which makes its random faults its own
   */
  FrameFaults(Faults faults, long connection) {
    this.faults = faults;
    this.random = new Random(faults.seed() * 1_000_003 + connection);
  }

  /**
   * What to answer.
   *
   * @param end whether the answers end after these frames
   */
  record Answers(List<byte[]> frames, boolean end) {}

  /** The answers to the next frame, which is the caller's to give away. */
  Answers next(byte[] frame) {
    long number = index++;
    // drawn for each frame alike, so that one fault does not shift another one's choices
    double dropDraw = random.nextDouble();
    double duplicateDraw = random.nextDouble();
    double swapDraw = random.nextDouble();
    double corruptDraw = random.nextDouble();
    int place = random.nextInt(Integer.MAX_VALUE);
    List<byte[]> answers = new ArrayList<>();
    if (number + 1 == faults.truncateAt()) {
      answers.add(Arrays.copyOf(frame, frame.length / 2));
      return new Answers(answers, true);
    }
    if (!hits(faults.drop(), number, dropDraw)) {
      if (hits(faults.corrupt(), number, corruptDraw)) {
        corrupt(frame, place);
      }
      boolean swapped = heldBack == null && hits(faults.swap(), number, swapDraw);
      if (swapped) {
        heldBack = frame;
        return new Answers(answers, false);
      }
      answers.add(frame);
      if (hits(faults.duplicate(), number, duplicateDraw)) {
        answers.add(frame.clone());
      }
    }
    answers.addAll(rest());
    return new Answers(answers, false);
  }

  /** What is still held back, at the end. */
  List<byte[]> rest() {
    byte[] late = heldBack;
    heldBack = null;
    return late == null ? List.of() : List.of(late);
  }

  private void corrupt(byte[] frame, int place) {
    if (faults.corruptBytes() == 0) {
      int bit = place % (frame.length * 8);
      frame[bit >> 3] ^= (byte) (1 << (bit & 7));
      return;
    }
    int length = Math.min(faults.corruptBytes(), frame.length);
    int from = place % (frame.length - length + 1);
    for (int i = from; i < from + length; i++) {
      frame[i] = (byte) ~frame[i];
    }
  }

  private static boolean hits(@Nullable HitRate rate, long index, double draw) {
    return rate != null && rate.hits(index, draw);
  }
}
