package dev.echomesh.script;

import dev.echomesh.config.ScriptConfig;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured verticle, followed as its file and its configuration change: the new one is
 * deployed before the old one goes, and if that fails the old one stays. One event loop only; the
 * next call comes when the last one has completed.
 */
final class Script {
  private static final Logger LOG = LoggerFactory.getLogger(Script.class);

  private final Vertx vertx;
  private ScriptConfig config;
  private @Nullable String deployment;

  /** What the file held when it was last deployed or refused; empty if it could not be read. */
  private @Nullable String taken;

  private @Nullable String lastSeen;

  Script(Vertx vertx, ScriptConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  ScriptConfig config() {
    return config;
  }

  /** Deploys it; what is wrong is logged. */
  Future<Void> start() {
    return text().compose(this::take);
  }

  /** Takes up a changed configuration; what is wrong is logged. */
  Future<Void> follow(ScriptConfig changed) {
    config = changed;
    return start();
  }

  /** Takes up a changed file that two looks in a row have seen. */
  Future<Void> look() {
    return text()
        .compose(
            seen -> {
              boolean settled = seen.equals(lastSeen);
              lastSeen = seen;
              return settled && !seen.equals(taken) ? take(seen) : Future.succeededFuture();
            });
  }

  Future<Void> stop() {
    String id = deployment;
    deployment = null;
    return id == null ? Future.succeededFuture() : undeploy(id);
  }

  private Future<Void> take(String text) {
    taken = text;
    lastSeen = text;
    if (text.isBlank()) {
      LOG.error("verticle {}: {}: empty or unreadable", config.name(), config.file());
      return Future.succeededFuture();
    }
    return deploy()
        .compose(
            id -> {
              LOG.info("verticle {}: {} is deployed", config.name(), config.file());
              String old = deployment;
              deployment = id;
              return old == null ? Future.<Void>succeededFuture() : undeploy(old);
            })
        .recover(this::report);
  }

  private Future<String> deploy() {
    Language language = Language.of(config);
    Promise<Callable<? extends Deployable>> made = Promise.promise();
    language
        .factory(vertx)
        .createVerticle2(language.verticleName(config.file()), Script.class.getClassLoader(), made);
    return made.future().compose(this::deploy);
  }

  private Future<String> deploy(Callable<? extends Deployable> maker) {
    ScriptErrors errors = new ScriptErrors(config);
    return vertx.deployVerticle(
        () -> new Instance(maker, errors),
        new DeploymentOptions().setConfig(config.config()).setInstances(config.instances()));
  }

  private Future<Void> undeploy(String id) {
    return vertx.undeploy(id).recover(this::report);
  }

  private Future<Void> report(Throwable fault) {
    new ScriptErrors(config).report(fault);
    return Future.succeededFuture();
  }

  private Future<String> text() {
    return vertx.executeBlocking(
        () -> {
          try {
            return Files.readString(config.file());
          } catch (IOException unreadable) {
            return "";
          }
        });
  }
}
