package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** However the bytes are cut into writes, the same ones come back. */
final class StreamCheck implements Check {
  private static final int RECORD = 64;
  private static final int SINGLE_BYTES = 4096;
  private static final int GENTLE_SINGLE_BYTES = 256;

  private record Case(String what, int bytes, List<Integer> writes) {}

  @Override
  public CheckName name() {
    return CheckName.STREAM;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    List<Case> cases = cases(server.gentle());
    return server
        .open(Content.incompressible(2))
        .compose(
            stream ->
                Server.each(
                    cases,
                    findings,
                    one ->
                        stream
                            .exchange(Plan.of(one.bytes).inWritesOf(one.writes))
                            .onSuccess(
                                exchange -> {
                                  if (!exchange.exact()) {
                                    findings.fail(
                                        one.what + ": " + exchange.problem(server.timeout()));
                                  }
                                })
                            .mapEmpty()))
        .onSuccess(
            done -> {
              if (!findings.failed()) {
                findings.pass(
                    "writes of 1 byte, many records in one write, and records of %d bytes cut at"
                            .formatted(RECORD)
                        + " every offset came back alike");
              }
            });
  }

  private static List<Case> cases(boolean gentle) {
    List<Case> cases = new ArrayList<>();
    int single = gentle ? GENTLE_SINGLE_BYTES : SINGLE_BYTES;
    cases.add(new Case("%,d writes of 1 byte".formatted(single), single, List.of(1)));
    cases.add(new Case("1,000 records in one write", 1000 * RECORD, List.of(1000 * RECORD)));
    for (int at = 1; at < RECORD; at++) {
      cases.add(
          new Case(
              "a record cut after byte %d".formatted(at), 2 * RECORD, List.of(at, RECORD - at)));
    }
    return cases;
  }
}
