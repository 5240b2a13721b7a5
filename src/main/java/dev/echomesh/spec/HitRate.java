package dev.echomesh.spec;

import java.math.BigDecimal;

/**
 * Which of many things are hit: each n-th, or each with a probability. Immutable.
 *
 * @param every n, counted from the first; 0 if it is a matter of probability
 * @param probability above 0, at most 1; 0 if it is not
 */
public record HitRate(int every, double probability) {
  private static final String EXPECTED =
      "each n-th such as 1/100, or a probability such as 0.01 or 1%";

  /**
   * Parses {@code 1/100}, {@code 0.01} or {@code 1%}.
   *
   * @throws InvalidValueException if it is none of these or out of range
   */
  public static HitRate parse(String text) {
    if (text.matches("1/[0-9]{1,9}")) {
      int every = Integer.parseInt(text.substring(2));
      if (every > 0) {
        return new HitRate(every, 0);
      }
    } else if (text.matches("[0-9]{1,3}(\\.[0-9]{1,12})?%?")) {
      boolean percent = text.endsWith("%");
      BigDecimal number = new BigDecimal(percent ? text.substring(0, text.length() - 1) : text);
      double probability = number.scaleByPowerOfTen(percent ? -2 : 0).doubleValue();
      if (probability > 0 && probability <= 1) {
        return new HitRate(0, probability);
      }
    }
    throw new InvalidValueException(text, EXPECTED);
  }

  /**
   * Whether the thing is hit.
   *
   * @param index from 0
   * @param random 0 to 1, 1 excluded, drawn for this thing
   */
  public boolean hits(long index, double random) {
    return every > 0 ? (index + 1) % every == 0 : random < probability;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return every > 0
        ? "1/" + every
        : new BigDecimal(Double.toString(probability)).stripTrailingZeros().toPlainString();
  }
}
