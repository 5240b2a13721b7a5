package dev.echomesh.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.Target;

/** A target is refused with a reason, or printed such that it means the same. */
public final class TargetFuzz {
  private TargetFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Target target;
    try {
      target = Target.parse(new String(input, UTF_8));
    } catch (InvalidValueException refused) {
      return;
    }
    if (!Target.parse(target.toString()).equals(target)) {
      throw new AssertionError(target + " is another when parsed again");
    }
  }
}
