package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.RemoteAddresses;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event bus for a browser, over WebSockets. A page cannot give a WebSocket a header, so the
 * token comes with each message, as its header {@code token}.
 */
final class BrowserBridge {
  /** Of the only WebSockets that there are. */
  static final String PATH = "/eventbus/websocket";

  private static final Logger LOG = LoggerFactory.getLogger(BrowserBridge.class);
  private static final List<String> OTHER_TRANSPORTS =
      List.of("EVENT_SOURCE", "HTML_FILE", "JSON_P", "XHR");
  private static final int MAX_SUBSCRIPTIONS = 100;
  private static final long SILENT_MILLIS = 20_000;

  /** More than the longest report. */
  private static final int MAX_QUEUED_BYTES = 4 << 20;

  private final Gate gate;
  private final String node;

  private BrowserBridge(Gate gate, String node) {
    this.gate = gate;
    this.node = node;
  }

  /**
   * What answers below {@code /eventbus}, to be reached only by way of the gate.
   *
   * @param node whose browsers they are
   */
  static Router router(Vertx vertx, Gate gate, String node) {
    SockJSHandlerOptions options = new SockJSHandlerOptions().setLocalWriteHandler(true);
    OTHER_TRANSPORTS.forEach(options::addDisabledTransport);
    return SockJSHandler.create(vertx, options)
        .bridge(permitted(), new BrowserBridge(gate, node)::decide);
  }

  private static SockJSBridgeOptions permitted() {
    SockJSBridgeOptions options =
        new SockJSBridgeOptions()
            .setMaxHandlersPerSocket(MAX_SUBSCRIPTIONS)
            .setPingTimeout(SILENT_MILLIS);
    RemoteAddresses.REQUESTS.forEach(
        regex -> options.addInboundPermitted(new PermittedOptions().setAddressRegex(regex)));
    RemoteAddresses.SUBSCRIPTIONS.forEach(
        regex -> options.addOutboundPermitted(new PermittedOptions().setAddressRegex(regex)));
    return options;
  }

  private void decide(BridgeEvent event) {
    event.complete(
        switch (event.type()) {
          case REGISTER -> isAdmitted(event, Access.READ) && takes(event.socket());
          case SEND, PUBLISH -> isAdmitted(event, access(event)) && takes(event.socket());
          case SOCKET_PING -> takes(event.socket());
          case RECEIVE -> isOfThisNode(event.getRawMessage()) && takes(event.socket());
          case SOCKET_CREATED -> {
            var unused = event.socket().setWriteQueueMaxSize(MAX_QUEUED_BYTES);
            yield true;
          }
          default -> true;
        });
  }

  /** One that does not read what it has asked for is let go, before it fills the heap. */
  private static boolean takes(SockJSSocket browser) {
    try {
      if (!browser.writeQueueFull()) {
        return true;
      }
    } catch (IllegalStateException isEnding) {
      return false;
    }
    browser.exceptionHandler(told -> LOG.debug("a browser was let go", told));
    // a word to say goodbye would wait behind what it does not read
    ((ConnectionBase) browser.routingContext().request().connection())
        .fail(new IOException("it does not read what it has asked for"));
    return false;
  }

  /** A browser's subscription reaches over the cluster; reports of other nodes are for theirs. */
  private boolean isOfThisNode(JsonObject message) {
    return !Addresses.REPORTS.equals(message.getString("address"))
        || (message.getValue("body") instanceof JsonObject report
            && node.equals(report.getString("node")));
  }

  private boolean isAdmitted(BridgeEvent event, Access access) {
    Object headers = event.getRawMessage().getValue("headers", new JsonObject());
    Object token = headers instanceof JsonObject given ? given.getValue("token") : null;
    return gate.admits(
        event.socket().routingContext().request(),
        token instanceof String text ? text : null,
        access);
  }

  private static Access access(BridgeEvent event) {
    String address = event.getRawMessage().getString("address", "");
    return event.type() == BridgeEventType.SEND && isRead(address) ? Access.READ : Access.COMMAND;
  }

  private static boolean isRead(String address) {
    return List.of(
            Addresses.ECHO_ENDPOINTS,
            Addresses.ECHO_CONNECTIONS,
            Addresses.MESH_MATRIX,
            Addresses.NODE_HEALTH)
        .contains(address);
  }
}
