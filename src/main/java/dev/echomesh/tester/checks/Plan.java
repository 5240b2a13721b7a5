package dev.echomesh.tester.checks;

import java.time.Duration;
import java.util.List;

/**
 * What one exchange sends, and when it reads.
 *
 * @param bytes to send; {@link Long#MAX_VALUE} for as many as the server takes
 * @param writes bytes of each write, over and over; each is flushed
 * @param end whether the client's half ends after them
 * @param quiet how long nothing is read after the last byte that could be sent; zero to read always
 * @param listen how long to listen for surplus bytes after the last one expected
 * @param most bytes to send without reading before it is given up
 * @param kept bytes at the end that are not sent before something has come back
 */
record Plan(
    long bytes,
    List<Integer> writes,
    boolean end,
    Duration quiet,
    Duration listen,
    long most,
    long kept) {
  private static final List<Integer> LARGE = List.of(64 * 1024);

  /** Sends so many, reading all the time. */
  static Plan of(long bytes) {
    return new Plan(bytes, LARGE, false, Duration.ZERO, Duration.ZERO, Long.MAX_VALUE, 0);
  }

  /**
   * Sends, without reading, until the server has taken nothing for the time, then reads it all.
   *
   * @param most bytes after which it is given up
   */
  static Plan untilPushedBack(Duration quiet, long most) {
    return new Plan(Long.MAX_VALUE, LARGE, false, quiet, Duration.ZERO, most, 0);
  }

  Plan inWritesOf(List<Integer> sizes) {
    return new Plan(bytes, sizes, end, quiet, listen, most, kept);
  }

  /** Ends the client's half at once after the last byte. */
  Plan thenEnd() {
    return new Plan(bytes, writes, true, quiet, listen, most, kept);
  }

  Plan readingLate(Duration late) {
    return new Plan(bytes, writes, end, late, listen, most, kept);
  }

  Plan thenListen(Duration time) {
    return new Plan(bytes, writes, end, quiet, time, most, kept);
  }

  /** Keeps the last bytes back until something has come back. */
  Plan keeping(long last) {
    return new Plan(bytes, writes, end, quiet, listen, most, last);
  }
}
