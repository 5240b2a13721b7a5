package dev.echomesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.junit5.EchoServer;
import dev.echomesh.junit5.EchoServerHandle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An example: testing a Vert.x client, together with vertx-junit5. */
@ExtendWith(VertxExtension.class)
class VertxClientIT {
  /** The client under test: sends a record of 32 bytes and takes the one that answers it. */
  private static final class Client {
    private static final int RECORD = 32;
    private final NetClient client;

    Client(Vertx vertx, NetClientOptions options) {
      this.client = vertx.createNetClient(options);
    }

    Future<Buffer> ask(Buffer record, int port, String host) {
      return client
          .connect(port, host)
          .compose(
              socket -> {
                Promise<Buffer> answer = Promise.promise();
                socket.handler(RecordParser.newFixed(RECORD, answer::tryComplete));
                socket.closeHandler(v -> answer.tryFail("closed without an answer"));
                return socket
                    .write(record)
                    .compose(written -> answer.future())
                    .eventually(socket::close);
              })
          // which also holds on to it until then: one that is collected closes its sockets
          .eventually(() -> client.close());
    }
  }

  private static final Buffer RECORD = Buffer.buffer("thirty-two bytes make one record");

  @Test
  void shouldGetItsRecordBack(
      Vertx vertx, VertxTestContext test, @EchoServer(frameLength = 32) EchoServerHandle echo) {
    new Client(vertx, new NetClientOptions())
        .ask(RECORD, echo.port(), echo.host())
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer).isEqualTo(RECORD);
                          test.completeNow();
                        })));
  }

  @Test
  void shouldVerifyTheServersCertificate(
      Vertx vertx, VertxTestContext test, @EchoServer(tls = true) EchoServerHandle echo) {
    NetClientOptions options =
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(echo.tls().caPem())));
    new Client(vertx, options)
        .ask(RECORD, echo.port(), "localhost")
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void shouldFailWhenTheServerEndsWithoutAnAnswer(
      Vertx vertx,
      VertxTestContext test,
      @EchoServer(faults = "closeAfter=0") EchoServerHandle echo) {
    new Client(vertx, new NetClientOptions())
        .ask(RECORD, echo.port(), echo.host())
        .onComplete(test.failing(cause -> test.completeNow()));
  }
}
