package dev.echomesh.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of a {@link PlainClient} on a connected socket: a thread that writes, one that reads. */
final class Exchange {
  private static final int CHUNK = 16 * 1024;
  private static final int STUCK_MILLIS = 100;

  private final long bytes;
  private final long seed;
  private final boolean halfClose;
  private final @Nullable Duration readsAfter;
  private final Socket socket;
  private final CountDownLatch writerEnded = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final MessageDigest sentDigest = sha256();
  private final MessageDigest receivedDigest = sha256();

  private volatile long sent;
  private volatile long received;
  private volatile long firstDifference = -1;
  private volatile boolean sawEnd;
  private volatile @Nullable IOException writeFailure;
  private volatile @Nullable IOException readFailure;

  /**
   * One run.
   *
   * @param readsAfter how long to wait once the writer has ended or is stuck; null to read at once
   */
  Exchange(long bytes, long seed, boolean halfClose, @Nullable Duration readsAfter, Socket socket) {
    this.bytes = bytes;
    this.seed = seed;
    this.halfClose = halfClose;
    this.readsAfter = readsAfter;
    this.socket = socket;
  }

  /**
   * Runs until both directions have ended or the deadline, in {@link System#nanoTime}, has passed.
   *
   * @param raw what to close then: the socket itself or the one under its TLS
   */
  Transfer run(Socket raw, long deadlineNanos) throws IOException {
    Thread writer = start("writer", this::write);
    Thread reader = start("reader", this::read);
    boolean inTime = join(writer, deadlineNanos) && join(reader, deadlineNanos);
    if (!inTime) {
      raw.close();
      throw new AssertionError(
          "no end before the deadline: sent %d of %d bytes, received %d"
              .formatted(sent, bytes, received));
    }
    if (readFailure == null && writeFailure == null) {
      socket.close();
    }
    return new Transfer(
        sent,
        received,
        HexFormat.of().formatHex(sentDigest.digest()),
        HexFormat.of().formatHex(receivedDigest.digest()),
        firstDifference,
        sawEnd,
        writeFailure,
        readFailure);
  }

  private void write() {
    SeededBytes source = new SeededBytes(seed);
    byte[] chunk = new byte[CHUNK];
    try {
      OutputStream out = socket.getOutputStream();
      for (long done = 0; done < bytes; done = sent) {
        int count = (int) Math.min(chunk.length, bytes - done);
        source.fill(chunk, count);
        out.write(chunk, 0, count);
        sentDigest.update(chunk, 0, count);
        sent = done + count;
      }
      if (halfClose) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      writeFailure = e;
    } finally {
      writerEnded.countDown();
    }
  }

  private void read() {
    try {
      if (readsAfter != null) {
        awaitStuckWriter();
        var unused = never.await(readsAfter.toNanos(), TimeUnit.NANOSECONDS);
      }
      SeededBytes expected = new SeededBytes(seed);
      byte[] chunk = new byte[CHUNK];
      byte[] wanted = new byte[CHUNK];
      InputStream in = socket.getInputStream();
      long done = 0;
      while (halfClose || done < bytes) {
        int count = in.read(chunk);
        if (count < 0) {
          sawEnd = true;
          return;
        }
        receivedDigest.update(chunk, 0, count);
        expected.fill(wanted, count);
        compare(chunk, wanted, count, done);
        done += count;
        received = done;
      }
    } catch (IOException e) {
      readFailure = e;
    } catch (InterruptedException e) {
      readFailure = new IOException("interrupted", e);
    }
  }

  private void compare(byte[] chunk, byte[] wanted, int count, long offset) {
    if (firstDifference >= 0) {
      return;
    }
    int due = (int) Math.max(0, Math.min(count, bytes - offset));
    int at = Arrays.mismatch(chunk, 0, count, wanted, 0, due);
    if (at >= 0) {
      firstDifference = offset + at;
    }
  }

  private void awaitStuckWriter() throws InterruptedException {
    long before = -1;
    while (sent != before) {
      before = sent;
      if (writerEnded.await(STUCK_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static Thread start(String role, Runnable task) {
    Thread thread = new Thread(task, "plain-client-" + role);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static boolean join(Thread thread, long deadlineNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    try {
      thread.join(Math.max(left, 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !thread.isAlive();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
