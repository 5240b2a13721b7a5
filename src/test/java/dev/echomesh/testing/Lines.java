package dev.echomesh.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a stream as they arrive, kept for whoever waits for one of them. */
final class Lines {
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private Lines() {}

  static Lines of(InputStream in, String name) {
    Lines lines = new Lines();
    Thread thread = new Thread(() -> lines.readAll(in), "lines-" + name);
    thread.setDaemon(true);
    thread.start();
    return lines;
  }

  private void readAll(InputStream in) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(" + e + ")");
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized String text() {
    return String.join("\n", lines);
  }

  /** The first line in which the expression is found; empty after the timeout or the last line. */
  synchronized Optional<MatchResult> await(String regex, Duration timeout) {
    Pattern pattern = Pattern.compile(regex);
    long deadline = System.nanoTime() + timeout.toNanos();
    int next = 0;
    do {
      for (; next < lines.size(); next++) {
        Matcher matcher = pattern.matcher(lines.get(next));
        if (matcher.find()) {
          return Optional.of(matcher.toMatchResult());
        }
      }
    } while (!ended && waitUntil(deadline));
    return Optional.empty();
  }

  /** Waits a little for what is still in the pipe after its process has ended. */
  synchronized void awaitEnd() {
    long deadline = System.nanoTime() + PATIENCE_AT_END.toNanos();
    boolean inTime = true;
    while (!ended && inTime) {
      inTime = waitUntil(deadline);
    }
  }

  private boolean waitUntil(long deadline) {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
