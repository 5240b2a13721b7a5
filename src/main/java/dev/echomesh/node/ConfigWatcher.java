package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.InvalidConfigException;
import dev.echomesh.config.LoadedConfig;
import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.MeshTls;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a running node follow its configuration file and the TLS files that this names. A change is
 * taken up when two looks in a row, a second apart, have seen the same: a file that is being
 * written is left alone.
 */
public final class ConfigWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);
  private static final long LOOK_MILLIS = 1000;

  private final Node node;
  private final Path file;
  private final Map<String, String> environment;
  private final List<String> sets;
  private volatile NodeConfig running;
  private Map<Path, String> applied;
  private Map<Path, String> lastSeen;

  /** Whether what was seen last is not, or not yet, what the node does in full. */
  private volatile boolean owing;

  private final Object order = new Object();
  private Future<Void> following = Future.succeededFuture();

  private ConfigWatcher(
      Node node,
      NodeConfig running,
      Path file,
      Map<String, String> environment,
      List<String> sets) {
    this.node = node;
    this.file = file;
    this.environment = environment;
    this.sets = sets;
    this.running = running;
    this.applied = contents(Map.of());
    this.lastSeen = applied;
  }

  /** Watches as long as the node runs; does nothing if no file was read. */
  public static void watch(
      Node node, LoadedConfig loaded, Map<String, String> environment, List<String> sets) {
    Path file = loaded.file();
    if (file != null) {
      ConfigWatcher watcher = new ConfigWatcher(node, loaded.config(), file, environment, sets);
      node.vertx().eventBus().<Object>localConsumer(Addresses.NODE_RELOAD, watcher::reload);
      watcher.lookLater();
    }
  }

  private void lookLater() {
    if (!node.isClosing()) {
      node.vertx().setTimer(LOOK_MILLIS, id -> lookNow());
    }
  }

  /** Nothing once the node is closing: the threads that read files may have gone by then. */
  private void lookNow() {
    if (!node.isClosing()) {
      node.vertx()
          .executeBlocking(this::look)
          .compose(
              changed ->
                  changed == null || node.isClosing() ? Future.succeededFuture() : follow(changed))
          .onFailure(this::report)
          .onComplete(done -> lookLater());
    }
  }

  /** One after the other: what is asked for may cross what was seen. */
  @SuppressWarnings("ReferenceEquality") // whether it is still the latest, not whether it is alike
  private Future<Void> follow(NodeConfig changed) {
    synchronized (order) {
      following =
          following
              .transform(before -> node.follow(changed))
              .onComplete(
                  done -> {
                    if (changed == running) {
                      owing = done.failed();
                    }
                  });
      return following;
    }
  }

  private void report(Throwable cause) {
    if (node.isClosing()) {
      return;
    }
    List<String> problems =
        cause instanceof StartException cannot
            ? cannot.problems()
            : List.of(String.valueOf(cause.getMessage()));
    problems.forEach(problem -> LOG.error("{}: {}", file, problem));
  }

  private void reload(Message<Object> request) {
    node.vertx()
        .executeBlocking(this::readNow)
        .compose(
            changed ->
                changed == null ? Future.succeededFuture(false) : follow(changed).map(done -> true))
        .onSuccess(changed -> request.reply(new JsonObject().put("changed", changed)))
        .onFailure(
            cause -> {
              boolean refused =
                  cause instanceof InvalidConfigException || cause instanceof StartException;
              Failure failure = refused ? Failure.CONFLICT : Failure.INTERNAL;
              request.fail(failure.code(), String.valueOf(cause.getMessage()));
            });
  }

  /** What the node shall follow as asked to; null if it does so already. */
  private synchronized @Nullable NodeConfig readNow() {
    Map<Path, String> seen = contents(Map.of());
    String yaml = seen.get(file);
    if (yaml == null) {
      throw new StartException(file + ": cannot be read; the running configuration stays");
    }
    return seen.equals(applied) && !owing ? null : take(yaml, applied, seen);
  }

  /** What the node shall follow now; null if nothing changed, or not for good yet. */
  private synchronized @Nullable NodeConfig look() {
    Map<Path, String> seen = contents(Map.of());
    boolean settled = seen.equals(lastSeen);
    lastSeen = seen;
    if (!settled || seen.equals(applied)) {
      return null;
    }
    Map<Path, String> before = applied;
    applied = seen;
    String yaml = seen.get(file);
    if (yaml == null) {
      LOG.warn("{}: cannot be read; the running configuration stays", file);
      return null;
    }
    try {
      return take(yaml, before, seen);
    } catch (InvalidConfigException e) {
      owing = true;
      LOG.error(
          "{}: refused, the running configuration stays: {}",
          file,
          String.join("; ", e.problems()));
      return null;
    }
  }

  private NodeConfig take(String yaml, Map<Path, String> before, Map<Path, String> seen) {
    LoadedConfig loaded = ConfigLoader.parse(yaml, file, environment, sets);
    owing = true;
    loaded.warnings().forEach(LOG::warn);
    warnOfRestart(loaded.config());
    warnOfMeshFiles(before, seen);
    running = loaded.config();
    applied = contents(seen);
    lastSeen = applied;
    LOG.info("{}: changed, follows", file);
    return running;
  }

  private void warnOfRestart(NodeConfig changed) {
    NodeConfig started = node.config();
    if (changed.transport() != started.transport()
        || !changed.name().equals(started.name())
        || !changed.mesh().equals(started.mesh())
        || !changed.web().equals(started.web())
        || changed.metrics() != started.metrics()) {
      LOG.warn("{}: node.*, mesh.*, web.* and metrics.* take effect at the next start", file);
    }
  }

  private void warnOfMeshFiles(Map<Path, String> before, Map<Path, String> seen) {
    if (meshFiles().anyMatch(each -> !Objects.equals(before.get(each), seen.get(each)))) {
      LOG.warn("{}: renewed files of mesh.tls take effect at the next start", file);
    }
  }

  /** Those of the members' connections, which are made with what was there at the start. */
  private Stream<Path> meshFiles() {
    MeshConfig mesh = node.config().mesh();
    MeshTls tls = mesh.tls();
    return !mesh.enabled() || tls == null
        ? Stream.empty()
        : Stream.of(tls.certFile(), tls.keyFile(), tls.caFile());
  }

  /** The texts of what is watched now, read anew but for those known. */
  private Map<Path, String> contents(Map<Path, String> known) {
    Map<Path, String> contents = new LinkedHashMap<>();
    Stream.concat(
            Stream.of(file),
            Stream.concat(
                Stream.of(
                        running.echo().endpoints().stream().map(EndpointConfig::tls),
                        Stream.ofNullable(node.config().web().tls()),
                        Stream.ofNullable(running.bridge().tls()))
                    .flatMap(each -> each)
                    .filter(Objects::nonNull)
                    .flatMap(ConfigWatcher::files),
                Stream.concat(meshFiles(), Stream.ofNullable(running.bridge().tokenFile()))))
        .forEach(
            path -> contents.put(path, known.containsKey(path) ? known.get(path) : read(path)));
    return contents;
  }

  private static Stream<Path> files(TlsConfig tls) {
    return Stream.of(tls.certFile(), tls.keyFile(), tls.clientCaFile()).filter(Objects::nonNull);
  }

  private static @Nullable String read(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }
}
