package dev.echomesh.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** What this JVM logs, which goes to standard error, until closed. */
public final class CapturedLog implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  private CapturedLog() {
    System.setErr(new PrintStream(new Tee(), true, StandardCharsets.UTF_8));
  }

  public static CapturedLog start() {
    return new CapturedLog();
  }

  /**
   * Waits for a line in which the expression is found.
   *
   * @throws AssertionError with everything logged if there is none in time
   */
  public void awaitLine(String regex) {
    Pattern pattern = Pattern.compile(regex);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!pattern.matcher(text()).find()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no line /%s/ in the log:%n%s".formatted(regex, text()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  public String text() {
    return captured.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setErr(before);
  }

  private final class Tee extends OutputStream {
    @Override
    public void write(int b) {
      captured.write(b);
      before.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      captured.write(bytes, offset, length);
      before.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      before.flush();
    }
  }
}
