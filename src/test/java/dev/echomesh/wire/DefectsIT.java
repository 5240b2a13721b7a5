package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener that throws costs its connection, and nothing else. */
class DefectsIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    var unused = LocalNode.await(vertx.close());
  }

  enum Where {
    RECEIVED,
    RECEIVED_BATCH,
    PEER_ENDED
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void shouldResetTheConnectionAndTellItsListenerOnce(Where where) throws IOException {
    List<Throwable> causes = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> closed = new CompletableFuture<>();
    NetServer server =
        LocalNode.await(
            vertx
                .createNetServer()
                .connectHandler(
                    accepted -> {
                      Throwing listener = new Throwing(where, causes, closed);
                      listener.socket = TcpSocket.attach(accepted, listener);
                    })
                .listen(0, "127.0.0.1"));
    try (OpenConnection other = OpenConnection.to(server.actualPort());
        OpenConnection client = OpenConnection.to(server.actualPort())) {
      other.send(new byte[] {1});
      client.send(new byte[] {Throwing.TRIGGER});
      client.endOutput();
      closed.orTimeout(15, TimeUnit.SECONDS).join();

      assertThat(causes)
          .singleElement()
          .isInstanceOf(ListenerException.class)
          .extracting(Throwable::getCause)
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(client::readToEnd).isInstanceOf(SocketException.class);
      assertThat(other.read(1)).containsExactly(1);
    }
  }

  private static final class Throwing implements SocketListener {
    static final byte TRIGGER = 66;

    private final Where where;
    private final List<Throwable> causes;
    private final CompletableFuture<Void> closed;
    private @Nullable TcpSocket socket;
    private boolean triggered;

    Throwing(Where where, List<Throwable> causes, CompletableFuture<Void> closed) {
      this.where = where;
      this.causes = causes;
      this.closed = closed;
    }

    private void at(Where now) {
      if (triggered && now == where) {
        throw new IllegalStateException("thrown in " + now);
      }
    }

    @Override
    public void received(Chunk chunk) {
      triggered |= chunk.take().getByte(0) == TRIGGER;
      if (triggered && where == Where.RECEIVED) {
        chunk.release();
      }
      at(Where.RECEIVED);
      java.util.Objects.requireNonNull(socket).write(chunk);
    }

    @Override
    public void receivedBatch() {
      at(Where.RECEIVED_BATCH);
      var unused = java.util.Objects.requireNonNull(socket).flush();
    }

    @Override
    public void peerEnded(PeerEnd end) {
      at(Where.PEER_ENDED);
      java.util.Objects.requireNonNull(socket).close();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
      if (triggered) {
        causes.add(java.util.Objects.requireNonNullElseGet(cause, Error::new));
        closed.complete(null);
      }
    }
  }
}
