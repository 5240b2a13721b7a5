package dev.echomesh.bridge;

import dev.echomesh.bus.RemoteAddresses;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the bridge. Event loop only. */
final class BridgeConnection implements SocketListener {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeConnection.class);

  static final int MAX_FRAME_LENGTH = 64 << 10;

  /** Bytes that wait for a client to take them; a report has some 100 KiB at most. */
  private static final long MAX_UNSENT = 4 << 20;

  private static final int MAX_REQUESTS = 64;
  private static final int MAX_SUBSCRIPTIONS = 256;
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final long WHOLE_FRAME_NANOS = Duration.ofSeconds(10).toNanos();

  private final Context context;
  private final EventBus bus;
  private final Access access;
  private final Consumer<BridgeConnection> gone;
  private final TcpSocket socket;
  private final FrameCutter cutter = new FrameCutter(MAX_FRAME_LENGTH);
  private final Map<String, MessageConsumer<Object>> subscriptions = new HashMap<>();
  private boolean known;
  private boolean ending;
  private int outstanding;
  private long bytesSeen;
  private long bytesSeenNanos = System.nanoTime();
  private long wholeSinceNanos = bytesSeenNanos;

  /**
   * A client that was just accepted.
   *
   * @param tlsTasks does the arithmetic of its handshake
   * @param gone told when it is
   */
  BridgeConnection(
      Vertx vertx,
      NetSocket accepted,
      Access access,
      Executor tlsTasks,
      Consumer<BridgeConnection> gone) {
    this.context = vertx.getOrCreateContext();
    this.bus = vertx.eventBus();
    this.access = access;
    this.gone = gone;
    this.known = access.tokens() == null;
    this.socket =
        access.tls() == null
            ? TcpSocket.attach(accepted, this)
            : TcpSocket.attachTls(accepted, this, access.tls(), HANDSHAKE_TIMEOUT, tlsTasks);
  }

  /** Closes once what it is owed has gone out. */
  void end() {
    ending = true;
    socket.close();
  }

  void cut() {
    socket.reset();
  }

  /**
   * Ends what has been waited for long enough: a first or a whole frame, or any byte at all.
   *
   * @param idleNanos 0 for never
   */
  void look(long now, long idleNanos) {
    long bytes = socket.bytesReceived() + socket.bytesSent();
    if (bytes != bytesSeen) {
      bytesSeen = bytes;
      bytesSeenNanos = now;
    }
    if (known && !cutter.isInside()) {
      wholeSinceNanos = now;
    }
    if (now - wholeSinceNanos > WHOLE_FRAME_NANOS) {
      cut("sent no whole frame in time");
    } else if (idleNanos > 0 && now - bytesSeenNanos > idleNanos) {
      cut("was idle");
    }
  }

  @Override
  public void received(Chunk chunk) {
    if (ending) {
      chunk.release();
      return;
    }
    try {
      for (Buffer frame : cutter.feed(chunk.toBuffer())) {
        wholeSinceNanos = System.nanoTime();
        context.runOnContext(v -> receive(frame));
      }
    } catch (BadFrameException e) {
      refuse(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void peerEnded(PeerEnd end) {
    context.runOnContext(
        v -> {
          ending = true;
          endIfAnswered();
        });
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    subscriptions.values().forEach(MessageConsumer::unregister);
    subscriptions.clear();
    gone.accept(this);
  }

  private void receive(Buffer bytes) {
    if (socket.isClosed()) {
      return;
    }
    try {
      ClientFrame frame = ClientFrame.parse(bytes);
      if (!known && access.tokens() != null && !access.tokens().include(frame.token())) {
        LOG.info("bridge: {} named no token of bridge.tcp.tokenFile", socket.remoteAddress());
        refuse("unauthorized");
        return;
      }
      known = true;
      take(frame);
    } catch (BadFrameException e) {
      refuse(String.valueOf(e.getMessage()));
    }
  }

  private void take(ClientFrame frame) {
    switch (frame.type()) {
      case "ping" -> write(new JsonObject().put("type", "pong"));
      case "send" -> send(frame);
      case "register" -> register(frame);
      case "unregister" -> unregister(frame);
      case "publish" -> fail(frame, "access_denied");
      default -> fail(frame, "unknown_type");
    }
  }

  private void send(ClientFrame frame) {
    String replyAddress = frame.replyAddress();
    if (!RemoteAddresses.mayRequest(frame.address())) {
      fail(frame, "access_denied");
    } else if (replyAddress == null) {
      bus.send(frame.address(), frame.body());
    } else if (outstanding == MAX_REQUESTS) {
      fail(frame, "too_many_requests");
    } else {
      outstanding++;
      bus.<Object>request(frame.address(), frame.body())
          .onSuccess(reply -> write(message(replyAddress, reply)))
          .onFailure(cause -> write(failure(frame, cause)))
          .onComplete(
              done -> {
                outstanding--;
                endIfAnswered();
              });
    }
  }

  private void register(ClientFrame frame) {
    String address = frame.address();
    if (!RemoteAddresses.mayFollow(address)) {
      fail(frame, "access_denied");
    } else if (subscriptions.size() == MAX_SUBSCRIPTIONS) {
      fail(frame, "too_many_registrations");
    } else if (!subscriptions.containsKey(address)) {
      subscriptions.put(
          address,
          RemoteAddresses.isClusterWide(address)
              ? bus.consumer(address, news -> write(message(address, news)))
              : bus.localConsumer(address, news -> write(message(address, news))));
    }
  }

  private void unregister(ClientFrame frame) {
    MessageConsumer<Object> subscription = subscriptions.remove(frame.address());
    if (subscription == null) {
      fail(frame, "unknown_address");
    } else {
      subscription.unregister();
    }
  }

  private static JsonObject message(String address, Message<Object> message) {
    return new JsonObject()
        .put("type", "message")
        .put("address", address)
        .put("headers", new JsonObject())
        .put("send", message.isSend())
        .put("body", message.body());
  }

  private static JsonObject failure(ClientFrame frame, Throwable cause) {
    JsonObject error =
        new JsonObject()
            .put("type", "err")
            .put("address", frame.replyAddress())
            .put("sourceAddress", frame.address())
            .put("message", cause.getMessage());
    return cause instanceof ReplyException reply
        ? error
            .put("failureCode", reply.failureCode())
            .put("failureType", reply.failureType().name())
        : error;
  }

  private void fail(ClientFrame frame, String message) {
    JsonObject error = new JsonObject().put("type", "err").put("message", message);
    if (frame.replyAddress() != null) {
      error.put("address", frame.replyAddress());
    }
    if (!frame.address().isEmpty()) {
      error.put("sourceAddress", frame.address());
    }
    write(error);
  }

  /** Says why, and ends the connection. */
  private void refuse(String message) {
    write(new JsonObject().put("type", "err").put("message", message));
    end();
  }

  private void endIfAnswered() {
    if (ending && outstanding == 0) {
      socket.close();
    }
  }

  private void write(JsonObject frame) {
    if (socket.isClosed()) {
      return;
    }
    Buffer json = frame.toBuffer();
    socket.write(Buffer.buffer(4 + json.length()).appendInt(json.length()).appendBuffer(json));
    if (!socket.flush() && socket.unsentMemory() > MAX_UNSENT) {
      cut("does not take what it follows");
    }
  }

  private void cut(String why) {
    LOG.info("bridge: client {} {}", socket.remoteAddress(), why);
    cut();
  }
}
