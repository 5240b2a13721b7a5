package dev.echomesh.testing;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.node.LocalTester;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Has servers checked as the command does. */
public final class Checks {
  private static final long PATIENCE_SECONDS = 300;

  private Checks() {}

  /** One check, with a timeout of one second; {@code more} are fields of the request. */
  public static CheckResult one(String name, String target, JsonObject more) {
    return all(target, List.of(name), more).results().get(0);
  }

  /** As the other, for a plain server. */
  public static CheckResult one(String name, String target) {
    return one(name, target, new JsonObject());
  }

  /** Checks by name; none for all of them. */
  public static CheckReport all(String target, List<String> names, JsonObject more) {
    JsonObject request =
        new JsonObject()
            .put("target", target)
            .put("only", new JsonArray(names))
            .put("timeout", "1s")
            .mergeIn(more);
    try (LocalTester tester = LocalTester.start()) {
      return tester
          .check(CheckRequest.fromJson(request), progress -> {})
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .join();
    }
  }
}
