package dev.echomesh.mesh.engine;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.SocketFactory;

/** Sockets of JGroups on which both ends show a certificate of the cluster's authority. */
final class MutualTls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private MutualTls() {}

  static SocketFactory socketFactory(SSLContext context) {
    DefaultSocketFactory sockets = new DefaultSocketFactory(context);
    sockets.setServerSocketConfigurator(
        socket -> {
          SSLServerSocket server = (SSLServerSocket) socket;
          server.setEnabledProtocols(VERSIONS);
          server.setNeedClientAuth(true);
        });
    return sockets;
  }
}
