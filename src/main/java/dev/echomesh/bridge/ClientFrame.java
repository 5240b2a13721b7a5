package dev.echomesh.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a client says, in the protocol of Vert.x's own TCP bridge.
 *
 * @param type ping, register, unregister, send or publish
 * @param address empty if it has none
 * @param replyAddress what the client wants to see in the reply; null if it wants none
 * @param token of its headers
 * @param body any JSON value
 */
record ClientFrame(
    String type,
    String address,
    @Nullable String replyAddress,
    @Nullable String token,
    @Nullable Object body) {

  static ClientFrame parse(Buffer frame) throws BadFrameException {
    try {
      JsonObject json = frame.toJsonObject();
      JsonObject headers = json.getJsonObject("headers");
      return new ClientFrame(
          json.getString("type", ""),
          json.getString("address", ""),
          json.getString("replyAddress"),
          headers == null ? null : headers.getString("token"),
          json.getValue("body"));
    } catch (DecodeException | ClassCastException e) {
      throw new BadFrameException(
          "a frame is not a JSON object with the texts type, address, replyAddress and the object"
              + " headers");
    }
  }
}
