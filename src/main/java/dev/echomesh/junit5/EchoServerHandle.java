package dev.echomesh.junit5;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.node.Node;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.SocketAddresses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A running echo server, see {@link EchoServer}. Methods can be called on any thread that may
 * block, so not on an event loop; those that wait for something give up after {@value
 * #PATIENCE_SECONDS} s.
 */
public final class EchoServerHandle {
  static final String ENDPOINT = "echo";
  private static final long PATIENCE_SECONDS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

  private final Node node;
  private final @Nullable TlsMaterial tls;
  private final String host;
  private final int port;
  private volatile boolean wasFaulty;

  EchoServerHandle(Node node, EndpointInfo started, @Nullable TlsMaterial tls) {
    this.node = node;
    this.tls = tls;
    this.host =
        switch (started.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> started.host();
        };
    this.port = started.port();
    this.wasFaulty = !started.faults().isNone();
  }

  /** Where clients reach it. */
  public String host() {
    return host;
  }

  /** The real port. */
  public int port() {
    return port;
  }

  /** {@code HOST:PORT} or {@code [IPv6]:PORT}. */
  public String target() {
    return SocketAddresses.print(host, port);
  }

  /**
   * What clients of a TLS server need.
   *
   * @throws IllegalStateException if it speaks plain TCP
   */
  public TlsMaterial tls() {
    if (tls == null) {
      throw new IllegalStateException(
          "the server speaks plain TCP (expected @EchoServer(tls = true))");
    }
    return tls;
  }

  /** Bytes that came from clients since the start, over all connections. */
  public long receivedBytes() {
    return info().bytesReceived();
  }

  /** Bytes that went back to clients since the start, as far as the kernel took them. */
  public long sentBytes() {
    return info().bytesSent();
  }

  /** Connections served since the start, over TLS those that agreed on it. */
  public long acceptedConnections() {
    return info().accepted();
  }

  /** The connections that are open now. */
  public List<ServerConnection> connections() {
    return known().stream().filter(ServerConnection::open).toList();
  }

  /**
   * Waits until exactly so many connections are open; 0 waits for the last one to end.
   *
   * @throws AssertionError if that does not happen in time, listing those that are open
   */
  public void awaitConnections(int count) {
    awaitConnections(count, PATIENCE);
  }

  /** As {@link #awaitConnections(int)}, with a patience of one's own. */
  public void awaitConnections(int count, Duration patience) {
    List<ServerConnection> open =
        Blocking.poll(this::connections, now -> now.size() == count, patience);
    if (open.size() != count) {
      throw new AssertionError(
          "%s: %d connections are open after %s (expected %d)%s"
              .formatted(target(), open.size(), patience, count, Leaks.lines(open)));
    }
  }

  /**
   * Asserts that clients sent exactly so many bytes since the start, over all connections, and that
   * all of them were echoed; waits for those that are under way.
   *
   * @throws AssertionError with the connections if it is otherwise
   */
  public void assertEchoed(long bytes) {
    EndpointInfo info =
        await(now -> now.bytesReceived() >= bytes && now.bytesSent() >= now.bytesReceived());
    if (info.bytesReceived() != bytes || info.bytesSent() != bytes) {
      throw new AssertionError(
          "%s: %d bytes received, %d sent back (expected %d both ways)%s"
              .formatted(
                  target(), info.bytesReceived(), info.bytesSent(), bytes, Leaks.lines(known())));
    }
  }

  /**
   * Makes it misbehave towards new connections; those that are open stay as they are.
   *
   * @param faults {@code KEY=VALUE} each, as {@link EchoServer#faults()}; they replace the former
   *     ones
   * @throws IllegalArgumentException naming what cannot be used
   */
  public void injectFault(String... faults) {
    injectFault(parse(faults));
  }

  /** As {@link #injectFault(String...)}. */
  public void injectFault(Faults faults) {
    if (!faults.isNone()) {
      wasFaulty = true;
    }
    var unused = Blocking.await(node.echo().fault(ENDPOINT, faults));
  }

  /** Makes it behave towards new connections. */
  public void heal() {
    injectFault(Faults.NONE);
  }

  /** Connections that are open, or ended within the last 60 s. */
  List<ServerConnection> known() {
    return Blocking.await(node.echo().connections(port)).stream()
        .map(ServerConnection::of)
        .toList();
  }

  /** Whether it did not always have to echo every byte. */
  boolean wasFaulty() {
    return wasFaulty;
  }

  void close() {
    var unused = Blocking.await(node.close());
  }

  static Faults parse(String... faults) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String fault : faults) {
      int equals = fault.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("faults: " + fault + " (expected KEY=VALUE)");
      }
      values.put(fault.substring(0, equals).strip(), fault.substring(equals + 1).strip());
    }
    return Faults.of(values);
  }

  private EndpointInfo info() {
    return Blocking.await(node.echo().endpoint(ENDPOINT));
  }

  private EndpointInfo await(Predicate<EndpointInfo> wanted) {
    return Blocking.poll(this::info, wanted, PATIENCE);
  }

  @Override
  public String toString() {
    return "echo server at " + target();
  }
}
