package dev.echomesh.testing;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows its one client certificate whoever the server trusts. The JDK's own key manager shows none
 * that the server's list of authorities does not cover.
 */
final class Insistent extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager keys;
  private final String alias;

  private Insistent(X509ExtendedKeyManager keys, String alias) {
    this.keys = keys;
    this.alias = alias;
  }

  static KeyManager[] on(KeyManager[] managers, String alias) {
    return Arrays.stream(managers)
        .map(manager -> new Insistent((X509ExtendedKeyManager) manager, alias))
        .toArray(KeyManager[]::new);
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return alias;
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    return alias;
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
    return new String[] {alias};
  }

  @Override
  public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return keys.chooseServerAlias(type, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal[] issuers, SSLEngine engine) {
    return keys.chooseEngineServerAlias(type, issuers, engine);
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
    return keys.getServerAliases(type, issuers);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String wanted) {
    return keys.getCertificateChain(wanted);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String wanted) {
    return keys.getPrivateKey(wanted);
  }
}
