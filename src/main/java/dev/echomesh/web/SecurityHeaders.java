package dev.echomesh.web;

import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/** What every response tells a browser not to do. */
final class SecurityHeaders {
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private SecurityHeaders() {}

  static void addTo(HttpServerResponse response) {
    HEADERS.forEach(response::putHeader);
  }
}
