package dev.echomesh.echo;

import java.util.Locale;

/** Why a connection was not served. */
enum Rejection {
  /** The endpoint or the node has as many as configured. */
  MAX_CONNECTIONS,
  /** The endpoint has as many from the client's address as configured. */
  MAX_CONNECTIONS_PER_ADDRESS,
  /** More came at once than the endpoint's accept rate allows. */
  ACCEPT_RATE,
  /** The client's address is not on the endpoint's list. */
  NOT_ALLOWED,
  /** TLS could not be agreed on. */
  TLS;

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
