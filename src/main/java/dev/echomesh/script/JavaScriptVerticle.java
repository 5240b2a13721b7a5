package dev.echomesh.script;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * One run of a JavaScript file, on one event loop. It finds {@code vertx} and may define {@code
 * vertxStart} and {@code vertxStop}; what these return, a Vert.x future or a promise, is waited
 * for.
 */
final class JavaScriptVerticle implements Deployable {
  static final String LANGUAGE = "js";

  private final Source source;
  private final ClassLoader classLoader;
  private org.graalvm.polyglot.@Nullable Context script;

  JavaScriptVerticle(Source source, ClassLoader classLoader) {
    this.source = source;
    this.classLoader = classLoader;
  }

  @Override
  public Future<?> deploy(Context context) {
    // the first one loads the language, which takes a second or more
    return context
        .executeBlocking(this::parsed)
        .compose(
            parsed -> {
              script = parsed;
              parsed.getBindings(LANGUAGE).putMember("vertx", context.owner());
              parsed.eval(source);
              return call(parsed, "vertxStart");
            })
        .onFailure(cause -> close());
  }

  @Override
  public Future<?> undeploy(Context context) {
    org.graalvm.polyglot.Context running = script;
    return running == null
        ? Future.succeededFuture()
        : Future.succeededFuture()
            .compose(now -> call(running, "vertxStop"))
            .onComplete(stopped -> close());
  }

  private org.graalvm.polyglot.Context parsed() {
    org.graalvm.polyglot.Context created =
        org.graalvm.polyglot.Context.newBuilder(LANGUAGE)
            .allowAllAccess(true)
            .hostClassLoader(classLoader)
            .option("engine.WarnInterpreterOnly", "false")
            .option("js.unhandled-rejections", "throw")
            .build();
    try {
      created.parse(source);
      return created;
    } catch (RuntimeException e) {
      created.close(true);
      throw e;
    }
  }

  private static Future<?> call(org.graalvm.polyglot.Context script, String function) {
    Value member = script.getBindings(LANGUAGE).getMember(function);
    if (member == null || !member.canExecute()) {
      return Future.succeededFuture();
    }
    Value result = member.execute();
    if (result.isHostObject() && result.asHostObject() instanceof Future<?> future) {
      return future;
    }
    return result.canInvokeMember("then") ? settled(result) : Future.succeededFuture();
  }

  /** As JavaScript's own promise ends. */
  private static Future<?> settled(Value promise) {
    Promise<Void> settled = Promise.promise();
    ProxyExecutable fulfilled =
        values -> {
          settled.complete();
          return null;
        };
    ProxyExecutable rejected =
        reasons -> {
          Value reason = reasons[0];
          settled.fail(
              reason.isException() ? thrown(reason) : new IllegalStateException(reason.toString()));
          return null;
        };
    promise.invokeMember("then", fulfilled, rejected);
    return settled.future();
  }

  private static RuntimeException thrown(Value exception) {
    try {
      return exception.throwException();
    } catch (PolyglotException e) {
      return e;
    }
  }

  private void close() {
    org.graalvm.polyglot.Context ending = script;
    script = null;
    if (ending != null) {
      ending.close(true);
    }
  }
}
