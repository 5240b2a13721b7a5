package dev.echomesh.tester;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.RunFailure;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells on the event bus what becomes of runs. */
final class RunNews {
  private static final Logger LOG = LoggerFactory.getLogger(RunNews.class);

  private final Vertx vertx;

  RunNews(Vertx vertx) {
    this.vertx = vertx;
  }

  void progress(String id, JsonObject progress) {
    vertx.eventBus().publish(Addresses.run(id), progress);
  }

  void ended(String id, JsonObject report) {
    vertx.eventBus().publish(Addresses.run(id), report);
    vertx.eventBus().publish(Addresses.REPORTS, report);
  }

  /**
   * By a defect of ours. That the node itself ends is none, and there is nobody left to tell.
   *
   * @param kind as of {@link RunFailure}
   */
  void failed(String id, String kind, JsonObject request, Throwable cause) {
    if (cause instanceof RejectedExecutionException) {
      LOG.info("run {} was ended by the node's own end", id);
      return;
    }
    LOG.error("run {} ended without a report", id, cause);
    noReport(id, cause.toString());
    vertx
        .eventBus()
        .publish(
            Addresses.FAILURES,
            new RunFailure(id, kind, request, cause.toString()).toJson(),
            new DeliveryOptions().setLocalOnly(true));
  }

  /** Tells those who wait for the report. */
  void noReport(String id, String why) {
    vertx.eventBus().publish(Addresses.run(id), new JsonObject().put("id", id).put("failure", why));
  }
}
