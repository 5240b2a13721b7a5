package dev.echomesh.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where and to whom a node answers over HTTP.
 *
 * @param host address to bind
 * @param port 0 for a free one
 * @param names host names by which clients may call it, beside those of this machine
 * @param tokenFile the tokens that show a client may do everything, one a line; null if none does
 * @param openHealth whether anybody may ask how the node is, also from another machine
 * @param maxConnections at the same time; one more is closed
 * @param tls null for plain HTTP; with {@code clientCaFile} and no token file, every client has to
 *     show a certificate, with both either will do
 */
public record WebConfig(
    boolean enabled,
    String host,
    int port,
    List<String> names,
    @Nullable Path tokenFile,
    boolean openHealth,
    int maxConnections,
    @Nullable TlsConfig tls) {
  public WebConfig {
    names = List.copyOf(names);
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return isLoopback(host);
  }

  /** The address at which this machine itself reaches it. */
  public String ownHost() {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "::1";
      default -> host;
    };
  }

  /** Whether a client can show with a certificate who it is. */
  public boolean knowsCertificates() {
    return tls != null && tls.clientCaFile() != null;
  }

  /** Of an address, or the one name that is always this machine's; asks no name server. */
  static boolean isLoopback(String host) {
    InetAddress literal = Literals.parse(host.toLowerCase(Locale.ROOT));
    return literal == null ? host.equalsIgnoreCase("localhost") : literal.isLoopbackAddress();
  }
}
