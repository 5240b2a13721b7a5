package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.ClientTls;
import io.vertx.core.Future;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** TLS is agreed on with a certificate that is the server's, and its end is announced. */
final class TlsCheck implements Check {
  private static final int TALK = 64 * 1024;

  @Override
  public CheckName name() {
    return CheckName.TLS;
  }

  @Override
  public Future<Void> run(Server server, Findings findings) {
    ClientTls wanted = server.request().tls();
    if (wanted == null) {
      findings.skip("TLS was not asked for");
      return Future.succeededFuture();
    }
    return server
        .open(Content.incompressible(10))
        .compose(
            stream -> {
              describe(Objects.requireNonNull(stream.tlsSession()), wanted, findings);
              return talk(stream, server, findings);
            })
        .recover(
            cause -> {
              if (cause instanceof NoConnection no) {
                findings.fail(no.text());
                return Future.succeededFuture();
              }
              return Future.failedFuture(cause);
            });
  }

  private static void describe(SSLSession session, ClientTls wanted, Findings findings) {
    findings.pass(session.getProtocol() + ", " + session.getCipherSuite());
    try {
      Certificate leaf = session.getPeerCertificates()[0];
      if (leaf instanceof X509Certificate x509) {
        findings.pass(
            "certificate of %s, until %s%s"
                .formatted(
                    x509.getSubjectX500Principal().getName(),
                    x509.getNotAfter().toInstant(),
                    wanted.verifyHost() ? "" : "; its name was not checked"));
      }
    } catch (SSLPeerUnverifiedException e) {
      findings.unsure("the server has shown no certificate");
    }
  }

  private static Future<Void> talk(EchoStream stream, Server server, Findings findings) {
    return stream
        .exchange(Plan.of(TALK))
        .compose(
            talked -> {
              if (!talked.exact()) {
                findings.fail(talked.problem(server.timeout()));
                return Future.succeededFuture();
              }
              return stream
                  .exchange(Plan.of(0).thenEnd())
                  .onSuccess(
                      end -> {
                        if (end.exact()) {
                          findings.pass("the server announced its end with close_notify");
                        } else {
                          findings.fail(
                              "after the client's close_notify: " + end.problem(server.timeout()));
                        }
                      })
                  .mapEmpty();
            });
  }
}
