package dev.echomesh.cli;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import java.util.Locale;

/** Says what is wrong with a request in the words of the command line. */
final class Refusals {
  private Refusals() {}

  /** Names the option instead of the field; a defect of ours stays one. */
  static RuntimeException asUsage(RequestException refused) {
    String field = refused.field();
    if (field == null) {
      return refused.failure() == Failure.INTERNAL
          ? refused
          : new UsageException(String.valueOf(refused.getMessage()));
    }
    String option =
        switch (field) {
          case "target" -> "TARGET";
          case "tls.caFile" -> "--tls-ca";
          case "tls.certFile" -> "--tls-cert";
          case "tls.keyFile" -> "--tls-key";
          default -> "--" + field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        };
    return new UsageException(option + ": " + refused.complaint());
  }
}
