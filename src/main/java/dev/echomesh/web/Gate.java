package dev.echomesh.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Decides who may ask for what. Event loop only. */
final class Gate {
  private static final String BEARER = "bearer ";
  private static final String CHALLENGE = "Bearer realm=\"echomesh\"";

  private final boolean open;
  private final boolean openHealth;
  private final boolean certificates;
  private final SameSite site;
  private final @Nullable TokenFile tokens;

  /**
   * A gate.
   *
   * @param open whether reading is free, because only this machine can
   * @param openHealth whether asking for the health is
   * @param certificates whether a client can show a certificate
   * @param tokens null if there are none
   */
  Gate(
      boolean open,
      boolean openHealth,
      boolean certificates,
      SameSite site,
      @Nullable TokenFile tokens) {
    this.open = open;
    this.openHealth = openHealth;
    this.certificates = certificates;
    this.site = site;
    this.tokens = tokens;
  }

  /** Why the request is not answered; empty if it is. */
  Optional<Problem> refusal(HttpServerRequest request, Access access) {
    if (isForeign(request)) {
      return Optional.of(foreign());
    }
    String presented = token(request);
    if (presented != null) {
      return isToken(presented)
          ? Optional.empty()
          : Optional.of(
              Problem.of(
                      401, tokens == null ? "this node has no tokens" : "not a token of this node")
                  .with("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\""));
    }
    return refusal(request)
        .or(
            () ->
                hasCertificate(request) || isFree(access)
                    ? Optional.empty()
                    : Optional.of(unknown()));
  }

  /** Why the request is not answered although it shows nothing and changes nothing. */
  Optional<Problem> refusal(HttpServerRequest request) {
    if (isForeign(request)) {
      return Optional.of(foreign());
    }
    return site.isOurs(request.getHeader(HttpHeaders.HOST))
        ? Optional.empty()
        : Optional.of(
            Problem.of(
                421, "Host: not a name of this node (expected an address, or one of web.names)"));
  }

  /**
   * Whether a message that came over a connection is answered.
   *
   * @param request with which the connection began, which was not refused
   * @param presented the message's own token; null without
   */
  boolean admits(HttpServerRequest request, @Nullable String presented, Access access) {
    return presented == null ? hasCertificate(request) || isFree(access) : isToken(presented);
  }

  private boolean isToken(String presented) {
    return tokens != null && tokens.tokens().include(presented);
  }

  private static Problem foreign() {
    return Problem.of(403, "a page of another site asked for it");
  }

  private boolean isFree(Access access) {
    return switch (access) {
      case HEALTH -> open || openHealth;
      case READ -> open;
      case COMMAND -> false;
    };
  }

  private Problem unknown() {
    if (tokens != null) {
      return Problem.of(401, "expected a token of web.tokenFile: Authorization: Bearer …")
          .with("WWW-Authenticate", CHALLENGE);
    }
    return Problem.of(
        403,
        certificates
            ? "expected a certificate of web.tls.clientCaFile"
            : "takes no commands over HTTP: web.tokenFile is not set"
                + " (--set web.tokenFile=FILE makes one)");
  }

  private static boolean isForeign(HttpServerRequest request) {
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return SameSite.isForeign(
        request.getHeader(HttpHeaders.HOST),
        request.getHeader(HttpHeaders.ORIGIN),
        request.getHeader("Sec-Fetch-Site"),
        reads && "navigate".equals(request.getHeader("Sec-Fetch-Mode")));
  }

  /** What follows "Bearer"; another scheme is no token. */
  private static @Nullable String token(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? header.substring(BEARER.length()).strip()
        : null;
  }

  private static boolean hasCertificate(HttpServerRequest request) {
    if (request.sslSession() == null) {
      return false;
    }
    try {
      return request.sslSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}
