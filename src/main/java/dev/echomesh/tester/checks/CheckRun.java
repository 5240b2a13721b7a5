package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.spec.Durations;
import dev.echomesh.wire.TcpClient;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The checks of one request, one after the other. Event loop only. */
public final class CheckRun {
  private static final List<Check> ALL =
      List.of(
          new HandshakeCheck(),
          new TlsCheck(),
          new IntegrityCheck(),
          new StreamCheck(),
          new FullDuplexCheck(),
          new FlowControlCheck(),
          new HalfCloseCheck(),
          new IdleCheck(),
          new UrgentCheck(),
          new DripCheck(),
          new ConcurrencyCheck());

  private final Vertx vertx;
  private final String id;
  private final CheckRequest request;
  private final Consumer<CheckProgress> progress;
  private final List<CheckResult> results = new ArrayList<>();
  private final Promise<Void> cancelled = Promise.promise();

  /**
   * A run that has not begun.
   *
   * @param progress told as each check begins
   */
  public CheckRun(Vertx vertx, String id, CheckRequest request, Consumer<CheckProgress> progress) {
    this.vertx = vertx;
    this.id = id;
    this.request = request;
    this.progress = progress;
  }

  /**
   * Carries the checks out on the event loop of the caller; never fails for what the server does.
   *
   * @param addresses of the server, at least one
   * @param maxConnections at the same time, 1 or more
   */
  public Future<List<CheckResult>> run(
      List<InetAddress> addresses, @Nullable TlsContext tls, int maxConnections) {
    TcpClient client = new TcpClient(vertx, TcpClient.Options.NONE);
    Future<Void> done = Future.succeededFuture();
    for (CheckName name : request.checks()) {
      done =
          done.compose(
              before ->
                  run(name, new Server(vertx, client, request, addresses, tls, maxConnections)));
    }
    return done.eventually(client::close).map(all -> List.copyOf(results));
  }

  /** What is reported of a server whose name has no address. */
  public static List<CheckResult> unresolved(CheckRequest request, String problem) {
    return request.checks().stream()
        .map(
            name ->
                new CheckResult(
                    name,
                    name == CheckName.HANDSHAKE ? CheckVerdict.FAIL : CheckVerdict.INCONCLUSIVE,
                    List.of(problem),
                    0))
        .toList();
  }

  /** Ends the check under way without a verdict and begins no other. */
  public void cancel() {
    cancelled.tryComplete();
  }

  private Future<Void> run(CheckName name, Server server) {
    if (cancelled.future().isComplete()) {
      server.close();
      results.add(
          new CheckResult(
              name, CheckVerdict.SKIPPED, List.of("the checks were ended by their user"), 0));
      return Future.succeededFuture();
    }
    progress.accept(new CheckProgress(id, name, results.size() + 1, request.checks().size()));
    Findings findings = new Findings();
    Promise<Void> decided = Promise.promise();
    long startedAt = System.nanoTime();
    long deadline =
        vertx.setTimer(
            request.deadline().toMillis(),
            timer -> {
              findings.unsure(late(server.lost()));
              decided.tryComplete();
            });
    cancelled
        .future()
        .onComplete(
            ended -> {
              if (!decided.future().isComplete()) {
                findings.unsure("ended by its user");
                decided.tryComplete();
              }
            });
    check(name)
        .run(server, findings)
        .onComplete(
            ended -> {
              if (ended.failed() && !(ended.cause() instanceof NoConnection)) {
                decided.tryFail(ended.cause());
              } else if (ended.failed() && !decided.future().isComplete()) {
                findings.unsure(String.valueOf(ended.cause().getMessage()));
              }
              decided.tryComplete();
            });
    return decided
        .future()
        .eventually(
            () -> {
              vertx.cancelTimer(deadline);
              server.close();
              return Future.succeededFuture();
            })
        .map(
            done -> {
              results.add(
                  new CheckResult(
                      name,
                      findings.verdict(),
                      findings.evidence(),
                      (System.nanoTime() - startedAt) / 1e9));
              return null;
            });
  }

  private String late(Duration lost) {
    String done = "not done after " + Durations.print(request.deadline());
    return lost.toSeconds() == 0
        ? done
        : done + ", of which this machine kept the checker waiting " + lost.toSeconds() + "s";
  }

  private static Check check(CheckName name) {
    return ALL.stream().filter(check -> check.name() == name).findFirst().orElseThrow();
  }
}
