package dev.echomesh.web;

import dev.echomesh.config.BindFailure;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.config.WebConfig;
import dev.echomesh.metrics.NodeMetrics;
import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers over HTTP what the other rooms say on the event bus. */
public final class WebVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(WebVerticle.class);

  private static final int IDLE_SECONDS = 60;
  private static final Duration REQUEST = Duration.ofSeconds(30);
  private static final int MAX_LINE_BYTES = 64 << 10;

  private final WebConfig config;
  private final String node;
  private final @Nullable NodeMetrics metrics;
  private HttpServer server;

  /**
   * A site that is not open yet.
   *
   * @param node name by which it may be called, too
   * @param metrics null if there are none
   */
  public WebVerticle(WebConfig config, String node, @Nullable NodeMetrics metrics) {
    this.config = config;
    this.node = node;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    server = vertx.createHttpServer(options());
    Path file = config.tokenFile();
    Future<Optional<TokenFile>> tokens =
        file == null
            ? Future.succeededFuture(Optional.empty())
            : TokenFile.open(vertx, file).map(Optional::of);
    return tokens.compose(read -> listen(read.orElse(null)));
  }

  /** Where it is, once it has been deployed: {@code http://127.0.0.1:8007/}. */
  public String url() {
    return (config.tls() == null ? "http://" : "https://")
        + SocketAddresses.print(config.ownHost(), server.actualPort())
        + "/";
  }

  /** Takes up renewed TLS files for new connections. Any thread. */
  public Future<Void> renewTls() {
    TlsConfig tls = config.tls();
    if (tls == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v ->
            server
                .updateSSLOptions(options().getSslOptions(), true)
                .<Void>mapEmpty()
                .onComplete(done));
    return done.future();
  }

  private Future<?> listen(@Nullable TokenFile tokens) {
    SlowClients slowClients = new SlowClients(vertx, config.maxConnections(), REQUEST);
    Gate gate =
        new Gate(
            config.isLoopback(),
            config.openHealth(),
            config.knowsCertificates(),
            new SameSite(Stream.concat(Stream.of(node, config.host()), config.names().stream())),
            tokens);
    return server
        .connectionHandler(slowClients::opened)
        .invalidRequestHandler(WebVerticle::malformed)
        .requestHandler(new Site(gate, slowClients, operations(vertx, metrics), node).router(vertx))
        .listen(config.port(), config.host())
        .recover(
            cause ->
                Future.failedFuture(
                    BindFailure.explain("web", config.host(), config.port(), cause)))
        .onSuccess(
            open ->
                LOG.info(
                    "web listening on {}",
                    SocketAddresses.print(config.host(), server.actualPort())));
  }

  /** Everything that can be asked for. */
  static List<Operation> operations(Vertx vertx, @Nullable NodeMetrics metrics) {
    Bus bus = new Bus(vertx);
    return Stream.of(
            new NodeActions(bus).operations(),
            new RunActions(vertx, bus, new Runs(vertx)).operations(),
            new MeshActions(bus).operations(),
            new HealthActions(bus).operations(),
            new MetricsActions(metrics).operations(),
            new OpenApi(vertx).operations())
        .flatMap(List::stream)
        .toList();
  }

  /** Of any server here. With HTTP/2 a connection would not be known before it has said what. */
  static HttpServerOptions usual() {
    return new HttpServerOptions()
        .setCompressionSupported(true)
        .setHttp2ClearTextEnabled(false)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxInitialLineLength(MAX_LINE_BYTES);
  }

  private HttpServerOptions options() {
    HttpServerOptions options = usual();
    TlsConfig tls = config.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(false)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertPath(tls.certFile().toString())
                  .addKeyPath(tls.keyFile().toString()));
      Path clientCa = tls.clientCaFile();
      if (clientCa != null) {
        options
            .setTrustOptions(new PemTrustOptions().addCertPath(clientCa.toString()))
            .setClientAuth(config.tokenFile() == null ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
      }
    }
    return options;
  }

  private static void malformed(HttpServerRequest request) {
    Reply reply = Problem.of(400, "not HTTP that can be read, or its head is too long").toReply();
    SecurityHeaders.addTo(request.response());
    var unused =
        request
            .response()
            .setStatusCode(reply.status())
            .putHeader("Content-Type", reply.type())
            .putHeader("Connection", "close")
            .end(reply.body())
            .onComplete(done -> request.connection().close());
  }
}
