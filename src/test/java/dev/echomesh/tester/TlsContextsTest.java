package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsContextsTest {
  private static final ClientTls TLS = new ClientTls(null, null, null, true);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Vertx vertx = Vertx.vertx();
  private final Disk disk = new Disk();
  private final TlsContexts contexts = new TlsContexts(disk);

  @AfterEach
  void tearDown() {
    vertx.close().await();
  }

  private final class Disk implements TlsContexts.Files {
    private String content = "one";
    private boolean isBad;
    private int looks;

    @Override
    public Future<String> digest(ClientTls tls) {
      looks++;
      return Future.succeededFuture(content);
    }

    @Override
    public Future<TlsContext> load(ClientTls tls) {
      return isBad ? Future.failedFuture(content) : Future.succeededFuture(context());
    }

    private TlsContext context() {
      try {
        return TlsContext.client(vertx, null, null, null, true, TlsContext.Sessions.NEW);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private Future<Optional<TlsContext>> at(long nanos) {
    return contexts.get(TLS, nanos);
  }

  @Test
  void shouldHaveNoneForPlainTcp() {
    assertThat(contexts.get(null, 0).result()).isEmpty();
    assertThat(disk.looks).isZero();
  }

  @Test
  void shouldLookAtTheFilesAgainAfterAMinuteOnly() {
    at(0);
    at(MINUTE - 1);
    assertThat(disk.looks).isEqualTo(1);

    at(MINUTE);

    assertThat(disk.looks).isEqualTo(2);
  }

  @Test
  void shouldKeepWhatWasMadeOfFilesThatHaveNotChanged() {
    Optional<TlsContext> made = at(0).result();

    assertThat(at(MINUTE).result()).isEqualTo(made);
  }

  @Test
  void shouldTakeFilesThatHaveChanged() {
    Optional<TlsContext> made = at(0).result();
    disk.content = "two";

    assertThat(at(MINUTE - 1).result()).isEqualTo(made);
    assertThat(at(MINUTE).result()).isPresent().isNotEqualTo(made);
  }

  @Test
  void shouldGoOnWithGoodFilesWhileTheyAreBad() {
    Optional<TlsContext> made = at(0).result();
    disk.content = "half";
    disk.isBad = true;

    assertThat(at(MINUTE).result()).isEqualTo(made);

    disk.content = "two";
    disk.isBad = false;

    assertThat(at(2 * MINUTE).result()).isPresent().isNotEqualTo(made);
  }

  @Test
  void shouldTryFilesAgainAtOnceThatHaveNeverBeenGood() {
    disk.isBad = true;
    assertThat(at(0).cause()).hasMessage("one");

    disk.isBad = false;

    assertThat(at(1).result()).isPresent();
  }
}
