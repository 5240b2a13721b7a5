package dev.echomesh.client;

import dev.echomesh.spec.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's API is and what shows it who asks.
 *
 * @param url with scheme, host and port only
 * @param token null for none
 * @param caFile authorities to trust, PEM; null for those of the Java installation
 * @param certFile own certificate chain, PEM; null for none
 * @param keyFile its private key, PEM; null for none
 * @param anyName whether the node's certificate may be of another name than the host's: where
 *     {@code caFile} is that very certificate
 */
public record NodeAddress(
    URI url,
    @Nullable String token,
    @Nullable Path caFile,
    @Nullable Path certFile,
    @Nullable Path keyFile,
    boolean anyName) {
  private static final String EXPECTED = "a URL such as http://127.0.0.1:8007";

  /**
   * Reads the URL of a node.
   *
   * @throws InvalidValueException if it is none
   */
  public static URI parse(String text) {
    try {
      URI url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      String path = url.getPath();
      if (web
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getQuery() == null
          && url.getFragment() == null
          && (path == null || path.isEmpty() || path.equals("/"))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // said below, as what is no such URL
    }
    throw new InvalidValueException(text, EXPECTED);
  }

  boolean isSecure() {
    return "https".equals(url.getScheme());
  }

  /** The host, an IPv6 address without brackets. */
  String host() {
    return url.getHost().replaceAll("^\\[|]$", "");
  }

  int port() {
    return url.getPort() > 0 ? url.getPort() : isSecure() ? 443 : 80;
  }
}
