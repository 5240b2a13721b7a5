package dev.echomesh.spec;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an echo endpoint misbehaves on purpose. What is zero, null or as by default does not happen;
 * the same seed makes the same faults on the same connections again.
 *
 * @param seed of all that is random
 * @param frameLength bytes of what {@code drop}, {@code duplicate}, {@code swap}, {@code corrupt}
 *     and {@code truncateAt} count, 1 to 1,048,576; 0 for the endpoint's records, or 64 on one
 *     without
 * @param onAccept what becomes of a connection from its beginning
 * @param delay by which each answer is late
 * @param jitter added to the delay or taken from it, as far as the distribution says; of a normal
 *     distribution the standard deviation
 * @param bandwidth bytes per second of answers on a connection; 0 for no limit
 * @param stallEvery the time from the beginning of one stall, in which nothing is answered, to the
 *     next
 * @param stallFor how long a stall takes
 * @param segment bytes of each write of an answer; 0 for as they come
 * @param drop frames that are not answered
 * @param duplicate frames that are answered twice
 * @param swap frames that are answered after the next one
 * @param corrupt frames that are answered with wrong bytes
 * @param corruptBytes how many bytes of such a frame are wrong; 0 for a single bit
 * @param truncateAt number, from 1, of the frame of which half is answered, and a FIN; 0 for none
 * @param closeAfter bytes answered before a FIN; -1 for none
 * @param resetAfter bytes answered before a RST; -1 for none
 */
public record Faults(
    long seed,
    int frameLength,
    OnAccept onAccept,
    Duration delay,
    Duration jitter,
    Distribution distribution,
    long bandwidth,
    Duration stallEvery,
    Duration stallFor,
    int segment,
    @Nullable HitRate drop,
    @Nullable HitRate duplicate,
    @Nullable HitRate swap,
    @Nullable HitRate corrupt,
    int corruptBytes,
    long truncateAt,
    long closeAfter,
    long resetAfter) {
  /** What becomes of a connection from its beginning. */
  public enum OnAccept {
    /** It is served. */
    SERVE,
    /** It is reset. */
    REFUSE,
    /** It is read from and never answered. */
    SILENT,
    /** It is not read from. */
    STOP_READING,
    /** It gets a FIN, and is read from. */
    HALF_CLOSE
  }

  /** How a jitter is spread. */
  public enum Distribution {
    /** Evenly from delay - jitter to delay + jitter. */
    UNIFORM,
    /** Around the delay, never below zero. */
    NORMAL,
    /** The delay and an exponentially distributed time of mean jitter. */
    EXPONENTIAL
  }

  /** A healthy endpoint. */
  public static final Faults NONE = of(Map.of());

  /**
   * Reads what a file or a message says, by the names of the components, enums in small letters
   * with hyphens, times and sizes as text.
   *
   * @throws InvalidFieldException naming the key that cannot be used
   */
  public static Faults of(Map<String, ?> values) {
    Keys keys = new Keys(values);
    Faults faults =
        new Faults(
            keys.number("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
            (int) keys.size("frameLength", 0, 1, 1 << 20),
            keys.choice("onAccept", OnAccept.SERVE, OnAccept.values()),
            keys.time("delay"),
            keys.time("jitter"),
            keys.choice("distribution", Distribution.UNIFORM, Distribution.values()),
            keys.size("bandwidth", 0, 1, 1L << 40),
            keys.time("stallEvery"),
            keys.time("stallFor"),
            (int) keys.size("segment", 0, 1, 1 << 20),
            keys.hitRate("drop"),
            keys.hitRate("duplicate"),
            keys.hitRate("swap"),
            keys.hitRate("corrupt"),
            (int) keys.size("corruptBytes", 0, 1, 1 << 20),
            keys.number("truncateAt", 0, 1, Long.MAX_VALUE),
            keys.size("closeAfter", -1, 0, Long.MAX_VALUE),
            keys.size("resetAfter", -1, 0, Long.MAX_VALUE));
    keys.rejectUnknown();
    if (faults.stallEvery.isZero() != faults.stallFor.isZero()
        || (!faults.stallFor.isZero() && faults.stallFor.compareTo(faults.stallEvery) >= 0)) {
      throw new InvalidFieldException(
          "stallFor", Durations.print(faults.stallFor), "above 0s and less than stallEvery");
    }
    if (faults.distribution == Distribution.UNIFORM && faults.jitter.compareTo(faults.delay) > 0) {
      throw new InvalidFieldException(
          "jitter", Durations.print(faults.jitter), "at most delay, where it is uniform");
    }
    return faults;
  }

  /** Whether the endpoint is healthy. */
  public boolean isNone() {
    return toMap().isEmpty();
  }

  /** Whether it makes a difference where one frame ends and the next begins. */
  public boolean countsFrames() {
    return drop != null || duplicate != null || swap != null || corrupt != null || truncateAt > 0;
  }

  /** As {@link #of} reads it, without what is as by default. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    put(map, "seed", seed, seed != 0);
    put(map, "frameLength", frameLength, frameLength > 0);
    put(map, "onAccept", key(onAccept), onAccept != OnAccept.SERVE);
    put(map, "delay", Durations.print(delay), !delay.isZero());
    put(map, "jitter", Durations.print(jitter), !jitter.isZero());
    put(map, "distribution", key(distribution), distribution != Distribution.UNIFORM);
    put(map, "bandwidth", bandwidth, bandwidth > 0);
    put(map, "stallEvery", Durations.print(stallEvery), !stallEvery.isZero());
    put(map, "stallFor", Durations.print(stallFor), !stallFor.isZero());
    put(map, "segment", segment, segment > 0);
    put(map, "drop", String.valueOf(drop), drop != null);
    put(map, "duplicate", String.valueOf(duplicate), duplicate != null);
    put(map, "swap", String.valueOf(swap), swap != null);
    put(map, "corrupt", String.valueOf(corrupt), corrupt != null);
    put(map, "corruptBytes", corruptBytes, corruptBytes > 0);
    put(map, "truncateAt", truncateAt, truncateAt > 0);
    put(map, "closeAfter", closeAfter, closeAfter >= 0);
    put(map, "resetAfter", resetAfter, resetAfter >= 0);
    return map;
  }

  /** {@code delay=20ms, drop=1/100}. */
  @Override
  public String toString() {
    return toMap().entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static void put(Map<String, Object> map, String key, Object value, boolean given) {
    if (given) {
      map.put(key, value);
    }
  }

  private static String key(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The values by key, each read once. */
  private static final class Keys {
    private final Map<String, Object> left;
    private final StringBuilder known = new StringBuilder();

    Keys(Map<String, ?> values) {
      this.left = new LinkedHashMap<>(values);
    }

    long number(String key, long absent, long min, long max) {
      return read(key, absent, text -> inRange(key, text, parseLong(text), min, max));
    }

    long size(String key, long absent, long min, long max) {
      return read(key, absent, text -> inRange(key, text, ByteSize.parse(text).bytes(), min, max));
    }

    Duration time(String key) {
      return read(key, Duration.ZERO, Durations::parse);
    }

    @Nullable HitRate hitRate(String key) {
      HitRate rate = read(key, new HitRate(0, 0), HitRate::parse);
      return rate.every() == 0 && rate.probability() == 0 ? null : rate;
    }

    <E extends Enum<E>> E choice(String key, E absent, E[] choices) {
      return read(
          key,
          absent,
          text ->
              Stream.of(choices)
                  .filter(choice -> Faults.key(choice).equals(text))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new InvalidValueException(
                              text,
                              "one of "
                                  + Stream.of(choices)
                                      .map(Faults::key)
                                      .collect(Collectors.joining(", ")))));
    }

    void rejectUnknown() {
      left.keySet().stream()
          .findFirst()
          .ifPresent(
              key -> {
                throw new InvalidFieldException(
                    key, String.valueOf(left.get(key)), "one of the keys " + known);
              });
    }

    private <T> T read(String key, T absent, Function<String, T> parse) {
      known.append(known.length() == 0 ? "" : ", ").append(key);
      Object value = left.remove(key);
      if (value == null) {
        return absent;
      }
      try {
        return parse.apply(value.toString());
      } catch (InvalidValueException e) {
        throw new InvalidFieldException(key, e.value(), e.expected());
      }
    }

    private static long parseLong(String text) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new InvalidValueException(text, "a whole number");
      }
    }

    private static long inRange(String key, String text, long number, long min, long max) {
      if (number < min || number > max) {
        throw new InvalidFieldException(key, text, min + " to " + max);
      }
      return number;
    }
  }
}
