package dev.echomesh.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Ends the process when its heap is used up: whatever was being done is undone by half, and no
 * event loop can be trusted any more. The JVM has a flag for that (ExitOnOutOfMemoryError), but a
 * jar cannot set it.
 *
 * <p>Netty and Vert.x catch everything that is thrown on their threads, and log it: so the log is
 * where it is noticed. That Netty's own quota of direct memory is used up is another thing (a
 * subclass): it costs one connection, not the process.
 */
final class OutOfMemory extends TurboFilter {
  private static final byte[] LINE =
      "echomesh: out of memory, ending (give the JVM more with -Xmx, or serve less)\n"
          .getBytes(StandardCharsets.US_ASCII);

  /** Given back for the ending: linking the native method behind it takes some heap. */
  private static byte @Nullable [] unusedUntilTheEnd = new byte[1 << 20];

  private OutOfMemory() {}

  /** For a process that is all ours; not for somebody else's that has a node in it. */
  static void endsTheProcess(LoggerContext context) {
    context.addTurboFilter(new OutOfMemory());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          endIfIt(thrown);
          context.getLogger(OutOfMemory.class).error("thread {} ended", thread.getName(), thrown);
        });
  }

  /** Ends the process if that is what was thrown, or its cause. */
  static void endIfIt(@Nullable Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each.getClass() == OutOfMemoryError.class) {
        end();
      }
    }
  }

  /** Does not return: whoever comes second waits for the first, so there is one line. */
  private static synchronized void end() {
    unusedUntilTheEnd = null;
    try {
      System.err.write(LINE, 0, LINE.length);
      System.err.flush();
    } finally {
      halt();
    }
  }

  /** Others may have been quicker to take what was given back; it is tried until it is done. */
  private static void halt() {
    while (true) {
      try {
        Runtime.getRuntime().halt(ExitCode.INTERNAL);
      } catch (OutOfMemoryError again) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      ch.qos.logback.classic.Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    endIfIt(thrown);
    return FilterReply.NEUTRAL;
  }
}
