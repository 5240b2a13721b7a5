package dev.echomesh.echo;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.EndpointMode;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.spec.Faults;
import dev.echomesh.wire.AcceptGuard;
import dev.echomesh.wire.AcceptListener;
import dev.echomesh.wire.ListenerException;
import dev.echomesh.wire.TlsContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one endpoint is on all its event loops: its configuration, which can change while it is open
 * and then holds for new connections, and what it counted. Thread-safe.
 */
final class Endpoint implements AcceptListener {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  private final Admission admission;
  private final EndpointCounters counters = new EndpointCounters();
  private final NodeLimits limits;
  private final ConnectionLog log;
  private final ClientLog clientLog;
  private volatile EndpointConfig config;
  private volatile @Nullable TlsContext tls;
  private final AtomicLong faultyConnections = new AtomicLong();
  private volatile Faults faults;
  private volatile int port;
  private volatile boolean accepting = true;

  Endpoint(EndpointConfig config, @Nullable TlsContext tls, NodeLimits limits, ConnectionLog log) {
    this.config = config;
    this.tls = tls;
    this.port = config.port();
    this.faults = config.faults();
    this.limits = limits;
    this.log = log;
    this.clientLog = new ClientLog(config.name(), System::nanoTime);
    this.admission = new Admission(limits, this::config, System::nanoTime);
  }

  EndpointConfig config() {
    return config;
  }

  /** Null for plain TCP. */
  @Nullable TlsContext tls() {
    return tls;
  }

  /** How it misbehaves towards new connections. */
  Faults faults() {
    return faults;
  }

  void faults(Faults changed) {
    if (!changed.equals(faults)) {
      faults = changed;
      faultyConnections.set(0);
      LOG.info("endpoint {}: faults: {}", config.name(), changed.isNone() ? "none" : changed);
    }
  }

  /** The number, from 0, of the next connection with these faults. */
  long nextFaulty() {
    return faultyConnections.getAndIncrement();
  }

  /** Faults that were switched at run time stay, unless the configuration's have changed. */
  void config(EndpointConfig changed, @Nullable TlsContext changedTls) {
    if (!changed.faults().equals(config.faults())) {
      faults(changed.faults());
    }
    config = changed;
    tls = changedTls;
  }

  /** The port that it is bound to; the configured one until then. */
  int port() {
    return port;
  }

  void boundTo(int actualPort) {
    port = actualPort;
  }

  Duration drainTimeout() {
    return limits.drainTimeout();
  }

  NodeLimits limits() {
    return limits;
  }

  EndpointCounters counters() {
    return counters;
  }

  /** The node's. */
  ConnectionLog log() {
    return log;
  }

  ClientLog clientLog() {
    return clientLog;
  }

  /** Lets a client in, to be followed by one {@link #left}, or counts and returns why not. */
  Optional<Rejection> enter(InetAddress client) {
    Optional<Rejection> rejection = admission.enter(client);
    rejection.ifPresentOrElse(counters::reject, counters.open::increment);
    return rejection;
  }

  void left(InetAddress client) {
    admission.leave(client);
    counters.open.decrement();
  }

  /** Counts and logs a connection that ended by a defect of ours, or because memory ran out. */
  void failed(InetSocketAddress client, Throwable cause) {
    counters.end(Ending.FAILURE);
    clientLog.failed(client, cause);
  }

  /** As {@link #failed}, unless the network is the cause. */
  void failedIfOurFault(InetSocketAddress client, Throwable cause) {
    if (cause instanceof ListenerException || cause instanceof Error) {
      failed(client, cause);
    }
  }

  @Override
  public void acceptFailed(String why) {
    counters.acceptFailures.increment();
    if (accepting) {
      accepting = false;
      LOG.warn(
          "endpoint {} cannot accept connections ({}); they wait, and it tries again every {} ms",
          config.name(),
          why,
          AcceptGuard.RETRY_MILLIS);
    }
  }

  @Override
  public void acceptRecovered() {
    accepting = true;
    LOG.info(
        "endpoint {} accepts connections again, {} attempts have failed since it was opened",
        config.name(),
        counters.acceptFailures.sum());
  }

  EndpointInfo info() {
    EndpointConfig now = config;
    boolean framed = now.mode() == EndpointMode.FRAMED;
    return new EndpointInfo(
        now.name(),
        now.host(),
        port,
        now.mode().key(),
        framed ? now.frameLength() : 0,
        tls(now.tls()),
        counters.open.sum(),
        counters.accepted.sum(),
        counters.bytesReceived.sum(),
        counters.bytesSent.sum(),
        counters.truncated.sum(),
        counters.cut.sum(),
        counters.rejected(),
        counters.ended(),
        accepting,
        counters.acceptFailures.sum(),
        faults);
  }

  private static String tls(@Nullable TlsConfig tls) {
    if (tls == null) {
      return "off";
    }
    return tls.clientCaFile() == null ? "on" : "mutual";
  }
}
