package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.TestCertificates;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients that send and do not read make the node hold, counted by Netty's own allocator. */
class StalledMemoryIT {
  private static final int COUNT = 50;
  private static final long MOST_EACH = 256 * 1024;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
  private static final byte[] WARM_UP = OpenConnection.pattern(128 * 1024);
  private static final byte[] BYTES = OpenConnection.pattern(512 * 1024);

  private final TestCertificates certificates = TestCertificates.shared();

  /** How they send. */
  enum Kind {
    FLOOD,
    /** Much, which is read, so that the node reads into large buffers, then byte by byte. */
    DRIBBLE,
    SMALL_RECORDS,
    LARGE_RECORDS,
    TLS
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldHoldAtMost256KibibytesForAStalledClient(Kind kind) throws IOException {
    List<Socket> clients = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    try (LocalNode node = LocalNode.start(yaml(kind))) {
      try (OpenConnection honest = OpenConnection.to(node.port("plain"))) {
        assertThat(honest.echoes(100_000)).isTrue();
        long heapBefore = heap();
        long directBefore = direct();
        List<Socket> ready = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
          Socket raw = connect(node.port("echo"));
          clients.add(raw);
          ready.add(kind == Kind.TLS ? tls(raw) : raw);
        }
        if (kind == Kind.TLS) {
          // the clients' TLS is in this JVM too: from here on it is what waits that grows
          heapBefore = heap();
          directBefore = direct();
        }
        for (Socket client : ready) {
          senders.add(send(kind, client));
        }
        awaitStuck(node);

        long heapEach = (heap() - heapBefore) / COUNT;
        long directEach = (direct() - directBefore) / COUNT;
        String measured =
            "%s: heap %d, direct %d bytes for a stalled connection"
                .formatted(kind, heapEach, directEach);
        System.out.println(measured);
        assertThat(heapEach + directEach).as(measured).isBetween(0L, MOST_EACH);
        assertThat(honest.echoes(100_000)).isTrue();
      } finally {
        // the TCP sockets: closing TLS waits for its sender
        for (Socket client : clients) {
          client.close();
        }
      }
    }
    senders.forEach(StalledMemoryIT::join);
  }

  private String yaml(Kind kind) {
    String more =
        switch (kind) {
          case FLOOD, DRIBBLE -> "";
          case SMALL_RECORDS -> ", mode: framed, frameLength: 32";
          case LARGE_RECORDS -> ", mode: framed, frameLength: 64KiB";
          case TLS ->
              ", tls: {certFile: %s, keyFile: %s}"
                  .formatted(certificates.serverCertificate(), certificates.serverKey());
        };
    return """
        echo:
          instances: 2
          drainTimeout: 200ms
          endpoints: [{name: echo, port: 0%s}, {name: plain, port: 0}]
        """
        .formatted(more);
  }

  private static Socket connect(int port) throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(4096);
    client.setTcpNoDelay(true);
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return client;
  }

  private SSLSocket tls(Socket raw) throws IOException {
    SSLSocket client =
        (SSLSocket)
            certificates
                .clientContext()
                .getSocketFactory()
                .createSocket(raw, "127.0.0.1", raw.getPort(), true);
    client.startHandshake();
    return client;
  }

  private static Thread send(Kind kind, Socket client) throws IOException {
    if (kind == Kind.DRIBBLE) {
      client.getOutputStream().write(WARM_UP);
      assertThat(client.getInputStream().readNBytes(WARM_UP.length)).isEqualTo(WARM_UP);
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  if (kind == Kind.DRIBBLE) {
                    client.getOutputStream().write(7);
                  } else {
                    client.getOutputStream().write(BYTES);
                  }
                }
              } catch (IOException closed) {
                // the end of the test
              }
            });
    thread.start();
    return thread;
  }

  /** Until the node has read nothing more for a while, or, of dribblers, enough. */
  private static void awaitStuck(LocalNode node) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
    long seen = -1;
    long since = System.nanoTime();
    while (System.nanoTime() - since < QUIET_NANOS && System.nanoTime() < end) {
      long now = node.info("echo").bytesReceived();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Of the allocator's chunks, so with all that a live buffer keeps from being free. */
  private static long direct() {
    return ((ByteBufAllocatorMetricProvider) VertxByteBufAllocator.POOLED_ALLOCATOR)
            .metric()
            .usedDirectMemory()
        + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void join(Thread sender) {
    try {
      sender.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
    assertThat(sender.isAlive()).isFalse();
  }
}
