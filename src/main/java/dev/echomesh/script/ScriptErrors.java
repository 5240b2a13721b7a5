package dev.echomesh.script;

import dev.echomesh.config.ScriptConfig;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line what is wrong with a verticle, and where. Any thread. */
record ScriptErrors(ScriptConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(Script.class);
  private static final int MAX_LENGTH = 300;

  void report(Throwable fault) {
    LOG.error("verticle {}: {}", config.name(), describe(config.file(), fault));
    LOG.debug("verticle {}", config.name(), fault);
  }

  /** {@code upper.js:3: TypeError: x is not a function}; without the line if nobody knows it. */
  static String describe(Path file, Throwable reported) {
    Throwable fault = unwrapped(reported);
    String name = String.valueOf(file.getFileName());
    String message =
        fault.getMessage() == null
            ? ""
            : fault.getMessage().replaceFirst("^startup failed:\\s*", "");
    // a compiler says in words where it is, a running script in its stack
    Matcher said =
        Pattern.compile("\\S*" + Pattern.quote(name) + ": ?(\\d+)[:\\d]* ?").matcher(message);
    String place = said.find() ? file + ":" + said.group(1) : place(file, name, fault);
    String what = said.reset().replaceFirst("").lines().findFirst().orElse("").strip();
    String kind = isOfItsLanguage(fault) ? "" : fault.getClass().getSimpleName();
    String text = kind.isEmpty() || what.isEmpty() ? kind + what : kind + ": " + what;
    return place + ": " + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
  }

  /** Without what Groovy puts around what a method throws. */
  private static Throwable unwrapped(Throwable fault) {
    Throwable cause = fault.getCause();
    return cause != null && fault.getClass().getSimpleName().equals("InvokerInvocationException")
        ? cause
        : fault;
  }

  /** Such an exception's message says more than its own class does. */
  private static boolean isOfItsLanguage(Throwable fault) {
    String type = fault.getClass().getName();
    return type.startsWith("org.graalvm.polyglot.")
        || type.startsWith("org.codehaus.groovy.control.");
  }

  private static String place(Path file, String name, Throwable fault) {
    return Stream.iterate(fault, cause -> cause != null, Throwable::getCause)
        .flatMap(cause -> Stream.of(cause.getStackTrace()))
        .filter(frame -> name.equals(frame.getFileName()) && frame.getLineNumber() > 0)
        .findFirst()
        .map(frame -> file + ":" + frame.getLineNumber())
        .orElse(file.toString());
  }
}
