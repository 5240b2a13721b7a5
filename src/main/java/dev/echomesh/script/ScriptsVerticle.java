package dev.echomesh.script;

import dev.echomesh.config.ScriptConfig;
import dev.echomesh.config.StartException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Deploys the verticles of a configuration that are written in other languages, and follows their
 * files. What is wrong with a script is logged and harms nobody else.
 */
public final class ScriptsVerticle extends VerticleBase {
  private static final long LOOK_MILLIS = 1000;

  private final List<ScriptConfig> initial;
  private final Map<String, Script> scripts = new LinkedHashMap<>();
  private Future<Void> last = Future.succeededFuture();
  private boolean stopped;

  public ScriptsVerticle(List<ScriptConfig> initial) {
    this.initial = List.copyOf(initial);
  }

  /** Fails with {@link StartException} if a language is not on the class path. */
  @Override
  public Future<?> start() {
    return take(initial).onSuccess(done -> lookLater());
  }

  /** What is deployed goes by itself; a look under way shall be the last one. */
  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  /**
   * Follows a changed configuration. Any thread.
   *
   * @return fails with {@link StartException} if a language is not on the class path; nothing is
   *     changed then
   */
  public Future<Void> follow(List<ScriptConfig> changed) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> afterTheLast(() -> take(changed)).onComplete(done));
    return done.future();
  }

  private Future<Void> take(List<ScriptConfig> wanted) {
    try {
      wanted.forEach(Language::of);
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
    List<Script> leaving = new ArrayList<>(scripts.values());
    List<Future<Void>> taken = new ArrayList<>();
    for (ScriptConfig each : wanted) {
      Script script = scripts.get(each.name());
      if (script == null) {
        Script coming = new Script(vertx, each);
        scripts.put(each.name(), coming);
        taken.add(coming.start());
      } else {
        leaving.remove(script);
        if (!script.config().equals(each)) {
          taken.add(script.follow(each));
        }
      }
    }
    leaving.forEach(each -> scripts.remove(each.config().name()));
    return Future.join(taken)
        .compose(all -> Future.join(leaving.stream().map(Script::stop).toList()))
        .mapEmpty();
  }

  private void lookLater() {
    if (stopped) {
      return;
    }
    vertx.setTimer(
        LOOK_MILLIS,
        id ->
            afterTheLast(
                    () ->
                        Future.join(scripts.values().stream().map(Script::look).toList())
                            .mapEmpty())
                .onComplete(looked -> lookLater()));
  }

  private Future<Void> afterTheLast(Supplier<Future<Void>> next) {
    Future<Void> done = last.transform(before -> next.get());
    last = done;
    return done;
  }
}
