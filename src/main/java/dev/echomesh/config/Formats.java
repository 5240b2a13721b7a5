package dev.echomesh.config;

import dev.echomesh.spec.ByteSize;
import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The schema's own formats. */
final class Formats {
  private Formats() {}

  /** What is wrong with a value of the format; null if nothing is, or the format is unknown. */
  static @Nullable String fault(@Nullable String format, @Nullable Object value) {
    if (format == null || !(value instanceof String text)) {
      return null;
    }
    try {
      switch (format) {
        case "time-span" -> Durations.parse(text);
        case "positive-time-span" -> positive(Durations.parse(text));
        case "byte-size" -> ByteSize.parse(text);
        case "byte-size-or-auto" -> {
          if (!text.equals("auto")) {
            ByteSize.parse(text);
          }
        }
        case "peer" -> Peers.parse(text, 1);
        case "address-block" -> CidrBlock.parse(text);
        case "target" -> Target.parse(text);
        default -> {
          // standard formats are the library's
        }
      }
      return null;
    } catch (InvalidValueException e) {
      return e.expected();
    }
  }

  private static void positive(Duration duration) {
    if (duration.isZero()) {
      throw new InvalidValueException(Durations.print(duration), "a duration above zero");
    }
  }
}
