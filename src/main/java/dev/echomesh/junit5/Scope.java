package dev.echomesh.junit5;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.EndpointBuilder;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.NodeConfigBuilder;
import dev.echomesh.node.Echomesh;
import dev.echomesh.node.Node;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What lives as long as one test or one class. JUnit closes it after everything that came into the
 * same store later, such as vertx-junit5's Vertx.
 */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else in a store
final class Scope implements ExtensionContext.Store.CloseableResource, AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(Scope.class);

  private final ExtensionContext context;
  private final List<Server> servers = new CopyOnWriteArrayList<>();
  private final List<EchoTesterHandle> testers = new CopyOnWriteArrayList<>();
  private final List<LeakWatch> watched = new ArrayList<>();
  private boolean closed;

  private record Server(EchoServerHandle handle, Optional<LeakWatch> watch) {}

  private Scope(ExtensionContext context) {
    this.context = context;
  }

  /** The context's own, made when it is first asked for. */
  static Scope of(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(context.getUniqueId(), id -> new Scope(context), Scope.class);
  }

  /** Begins a test: from here on, it answers for what is left on servers of the scopes around. */
  void beginTest() {
    for (Optional<ExtensionContext> around = context.getParent();
        around.isPresent();
        around = around.get().getParent()) {
      Scope scope = context.getStore(NAMESPACE).get(around.get().getUniqueId(), Scope.class);
      if (scope != null) {
        scope.servers.stream()
            .flatMap(server -> server.watch.stream())
            .forEach(
                watch -> {
                  watch.begin(name(context));
                  watched.add(watch);
                });
      }
    }
  }

  EchoServerHandle start(EchoServer wanted) {
    Faults faults = EchoServerHandle.parse(wanted.faults());
    TlsMaterial tls = wanted.tls() ? tls() : null;
    Node node =
        start(
            NodeConfig.builder()
                .endpoint(
                    EchoServerHandle.ENDPOINT,
                    endpoint -> {
                      endpoint.host(wanted.host()).port(wanted.port()).faults(faults);
                      if (wanted.frameLength() != 0) {
                        endpoint.framed(wanted.frameLength());
                      }
                      if (tls != null) {
                        secure(endpoint, tls, wanted.clientCertificate());
                      }
                    }));
    EndpointInfo started = Blocking.await(node.echo().endpoint(EchoServerHandle.ENDPOINT));
    EchoServerHandle handle = new EchoServerHandle(node, started, tls);
    Optional<LeakWatch> watch =
        wanted.leakCheck()
            ? Optional.of(new LeakWatch(handle, Durations.parse(wanted.closeWithin())))
            : Optional.empty();
    servers.add(new Server(handle, watch));
    return handle;
  }

  EchoTesterHandle startTester() {
    EchoTesterHandle tester =
        new EchoTesterHandle(start(NodeConfig.builder().testerMayReach("0.0.0.0/0", "::/0")));
    testers.add(tester);
    return tester;
  }

  /** Called by JUnit, by one name or the other. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<String> left = new ArrayList<>();
    try {
      boolean examine = context.getExecutionException().isEmpty();
      watched.forEach(watch -> watch.end(examine).ifPresent(left::add));
      if (examine) {
        servers.stream()
            .flatMap(server -> server.watch.stream())
            .forEach(watch -> watch.endAll(name(context)).ifPresent(left::add));
      }
    } finally {
      testers.forEach(EchoTesterHandle::close);
      servers.forEach(server -> server.handle.close());
    }
    if (!left.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), left));
    }
  }

  private static Node start(NodeConfigBuilder config) {
    return Blocking.await(
        Echomesh.node(
                config
                    .name("junit5")
                    .set("echo.instances", 1)
                    // who has not ended by now is a leak
                    .set("echo.drainTimeout", "100ms")
                    .build())
            .start());
  }

  private static void secure(EndpointBuilder endpoint, TlsMaterial tls, boolean mutual) {
    if (mutual) {
      endpoint.mutualTls(tls.serverCertificateFile(), tls.serverKeyFile(), tls.caFile());
    } else {
      endpoint.tls(tls.serverCertificateFile(), tls.serverKeyFile());
    }
  }

  private TlsMaterial tls() {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(RunMaterial.class, key -> new RunMaterial(), RunMaterial.class)
        .material;
  }

  /** Of the whole run. */
  @SuppressWarnings("deprecation") // as above
  private static final class RunMaterial
      implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    private final TlsMaterial material = TlsMaterial.create();

    @Override
    public void close() {
      material.delete();
    }
  }

  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().isPresent() ? type + "." + context.getDisplayName() : type;
  }
}
