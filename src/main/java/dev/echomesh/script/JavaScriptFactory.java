package dev.echomesh.script;

import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.VerticleFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;

/** Makes verticles of JavaScript files; needs GraalJS on the class path. */
final class JavaScriptFactory implements VerticleFactory {
  private @Nullable Vertx vertx;

  @Override
  public void init(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public String prefix() {
    return "js";
  }

  @Override
  public void createVerticle2(
      String verticleName,
      ClassLoader classLoader,
      Promise<Callable<? extends Deployable>> promise) {
    if (vertx == null) {
      promise.fail("not registered with a Vert.x");
      return;
    }
    Path file = Path.of(VerticleFactory.removePrefix(verticleName));
    vertx
        .executeBlocking(
            () -> Source.newBuilder(JavaScriptVerticle.LANGUAGE, file.toFile()).build())
        .<Callable<? extends Deployable>>map(
            source -> () -> new JavaScriptVerticle(source, classLoader))
        .onComplete(promise);
  }
}
