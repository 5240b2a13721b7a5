package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every byte comes back as it went, and none besides, whatever size and values. */
final class IntegrityCheck implements Check {
  private static final long LARGEST = 64L << 20;
  private static final int USUAL_MSS = 1460;
  private static final Duration LISTEN = Duration.ofMillis(50);

  private record Case(String what, Content content, long bytes) {}

  @Override
  public CheckName name() {
    return CheckName.INTEGRITY;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    return server
        .open(Content.ALL_VALUES)
        .map(first -> cases(mss(first.tcpInfo()), server.gentle()))
        .compose(
            cases ->
                Server.each(cases, findings, one -> exchange(server, one, findings))
                    .onSuccess(done -> summary(cases, findings)));
  }

  private static Future<Void> exchange(Server server, Case one, Findings findings) {
    return server
        .open(one.content)
        .compose(
            stream ->
                stream
                    .exchange(Plan.of(one.bytes).thenListen(LISTEN))
                    .onSuccess(
                        exchange -> {
                          if (!exchange.exact()) {
                            findings.fail(
                                "%s, size %,d: %s"
                                    .formatted(
                                        one.what, one.bytes, exchange.problem(server.timeout())));
                          }
                          stream.close();
                        }))
        .mapEmpty();
  }

  private static List<Case> cases(int mss, boolean gentle) {
    List<Case> cases = new ArrayList<>();
    for (long size :
        List.of(1, mss - 1, mss, mss + 1, 4095, 4096, 4097, 65_535, 65_536, 65_537, 1 << 20)) {
      cases.add(new Case("incompressible data", Content.incompressible(size), size));
    }
    cases.add(new Case("all byte values", Content.ALL_VALUES, 1 << 16));
    cases.add(new Case("long runs", Content.LONG_RUNS, 1 << 20));
    if (!gentle) {
      cases.add(new Case("incompressible data", Content.incompressible(0), LARGEST));
    }
    return cases;
  }

  private static int mss(@Nullable TcpInfo info) {
    return info == null ? USUAL_MSS : Math.max(2, info.mss());
  }

  private static void summary(List<Case> cases, Findings findings) {
    if (!findings.failed()) {
      long largest = cases.stream().mapToLong(Case::bytes).max().orElse(0);
      long all = cases.stream().mapToLong(Case::bytes).sum();
      findings.pass(
          "%d connections of 1 to %,d bytes, %,d in all, came back byte for byte"
              .formatted(cases.size(), largest, all));
    }
  }
}
