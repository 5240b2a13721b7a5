package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.wire.ConnectFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Many connections at once, each with bytes of its own. */
final class ConcurrencyCheck implements Check {
  private static final int CONNECTIONS = 1000;
  private static final int GENTLE_CONNECTIONS = 50;
  private static final int BYTES = 16 * 1024;

  /** Fewer could be somebody else's by chance. */
  private static final int ENOUGH = 4;

  @Override
  public CheckName name() {
    return CheckName.CONCURRENCY;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    int wanted = server.connections(CONNECTIONS, GENTLE_CONNECTIONS);
    return server.open(Content.ALL_VALUES).compose(one -> many(wanted, server, findings));
  }

  private static Future<Void> many(int wanted, Server server, Findings findings) {
    return server
        .openAll(wanted, ConcurrencyCheck::content)
        .compose(
            streams -> {
              List<Future<Exchange>> exchanges = new ArrayList<>();
              for (EchoStream stream : streams) {
                exchanges.add(stream.exchange(Plan.of(BYTES)));
              }
              return Future.all(exchanges).map(done -> done.<Exchange>list());
            })
        .onSuccess(exchanges -> judge(exchanges, server, findings))
        .<Void>mapEmpty()
        .recover(
            cause -> {
              if (cause instanceof NoConnection no && no.kind() != ConnectFailure.LOCAL_LIMIT) {
                findings.fail("not all of %,d: %s".formatted(wanted, no.text()));
                return Future.succeededFuture();
              }
              return Future.failedFuture(cause);
            });
  }

  private static void judge(List<Exchange> exchanges, Server server, Findings findings) {
    int bad = 0;
    for (int i = 0; i < exchanges.size(); i++) {
      Exchange exchange = exchanges.get(i);
      if (!exchange.exact()) {
        if (bad++ == 0) {
          findings.fail(
              "connection %d of %,d: %s%s"
                  .formatted(
                      i,
                      exchanges.size(),
                      exchange.problem(server.timeout()),
                      owner(i, exchange, exchanges.size())));
        }
      }
    }
    if (bad > 1) {
      findings.fail("%,d of %,d connections were wrong".formatted(bad, exchanges.size()));
    } else if (bad == 0) {
      findings.pass(
          "%,d connections at once, %,d bytes on each, every one got its own"
              .formatted(exchanges.size(), BYTES));
    }
  }

  private static String owner(int self, Exchange exchange, int connections) {
    Comparison.Difference wrong = exchange.wrong();
    if (wrong == null || wrong.seen().size() < ENOUGH) {
      return "";
    }
    OptionalInt owner =
        IntStream.range(0, connections)
            .filter(other -> other != self && isOf(other, wrong))
            .findFirst();
    return owner.isPresent() ? ", which is a byte of connection " + owner.getAsInt() : "";
  }

  private static boolean isOf(int connection, Comparison.Difference wrong) {
    Content content = content(connection);
    return IntStream.range(0, wrong.seen().size())
        .allMatch(i -> (content.at(wrong.offset() + i) & 0xff) == wrong.seen().get(i));
  }

  private static Content content(int connection) {
    return Content.incompressible(1_000_000L + connection);
  }
}
