package dev.echomesh.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The JDK's keytool on one PKCS12 file. */
final class Keytool {
  private static final Path PROGRAM = Path.of(System.getProperty("java.home"), "bin", "keytool");
  private static final String QUICK_START = "-J-XX:TieredStopAtLevel=1";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Path store;
  private final char[] password;

  Keytool(Path store, char[] password) {
    this.store = store;
    this.password = password;
  }

  /** Makes a CA that signs itself. */
  Keytool authority(String alias) {
    return generate(alias, List.of(), "bc:c=ca:true", "ku:c=keyCertSign,cRLSign");
  }

  /** Makes a key whose certificate is signed by a CA of this store. */
  Keytool signed(String alias, String authority, String... extensions) {
    return generate(alias, List.of("-signer", authority), extensions);
  }

  KeyStore load() {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Keytool generate(String alias, List<String> options, String... extensions) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(PROGRAM.toString(), QUICK_START));
    command.addAll(List.of("-genkeypair", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(password)));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"));
    command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias + ",O=Echomesh test"));
    command.addAll(options);
    for (String extension : extensions) {
      command.addAll(List.of("-ext", extension));
    }
    Programs.run(TIMEOUT, new byte[0], command).expectSuccess();
    return this;
  }
}
