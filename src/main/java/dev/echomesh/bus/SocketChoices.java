package dev.echomesh.bus;

import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How a tester's sockets are made.
 *
 * @param source address to send from; null for the system's choice
 * @param dscp code point of the IP header (RFC 2474), 0 to 63
 * @param sendBuffer bytes asked of the kernel, 0 for its own choice
 * @param receiveBuffer bytes asked of the kernel, 0 for its own choice
 */
public record SocketChoices(
    @Nullable String source, AddressFamily family, int dscp, int sendBuffer, int receiveBuffer) {
  /** The system's choices. */
  public static final SocketChoices NONE = new SocketChoices(null, AddressFamily.ANY, 0, 0, 0);

  JsonObject addTo(JsonObject json) {
    return json.put("source", source)
        .put("family", family.key())
        .put("dscp", dscp)
        .put("sendBuffer", sendBuffer)
        .put("receiveBuffer", receiveBuffer);
  }

  private static CidrBlock address(String text) {
    if (text.indexOf('/') >= 0) {
      throw new InvalidValueException(text, "an address");
    }
    return CidrBlock.parse(text);
  }

  static SocketChoices of(Fields fields) {
    String source = fields.text("source");
    if (source != null) {
      fields.parsed("source", source, SocketChoices::address);
    }
    return new SocketChoices(
        source,
        fields.choice("family", AddressFamily.ANY, AddressFamily.class, AddressFamily::key),
        (int) fields.number("dscp", 0, 0, 63),
        (int) fields.size("sendBuffer", 0, 0, 1 << 30),
        (int) fields.size("receiveBuffer", 0, 0, 1 << 30));
  }
}
