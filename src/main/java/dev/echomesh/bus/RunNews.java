package dev.echomesh.bus;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells on the event bus what becomes of runs. Any thread. */
public final class RunNews {
  private static final Logger LOG = LoggerFactory.getLogger(RunNews.class);

  private final Vertx vertx;

  public RunNews(Vertx vertx) {
    this.vertx = vertx;
  }

  /** How far it is. */
  public void progress(String id, JsonObject progress) {
    vertx.eventBus().publish(Addresses.run(id), progress);
  }

  /** Its report is there. */
  public void ended(String id, JsonObject report) {
    vertx.eventBus().publish(Addresses.run(id), report);
    vertx.eventBus().publish(Addresses.REPORTS, report);
  }

  /**
   * It ended without a report by a defect of ours. That the node itself ends is none, and there is
   * nobody left to tell.
   *
   * @param kind as of {@link RunFailure}
   */
  public void failed(String id, String kind, JsonObject request, Throwable cause) {
    if (cause instanceof RejectedExecutionException) {
      LOG.info("run {} was ended by the node's own end", id);
      return;
    }
    LOG.error("run {} ended without a report", id, cause);
    failed(new RunFailure(id, kind, request, cause.toString()));
  }

  /** It ended without a report. */
  public void failed(RunFailure failure) {
    noReport(failure.id(), failure.failure());
    vertx
        .eventBus()
        .publish(Addresses.FAILURES, failure.toJson(), new DeliveryOptions().setLocalOnly(true));
  }

  /** Tells only those who wait for its report. */
  public void noReport(String id, String why) {
    vertx.eventBus().publish(Addresses.run(id), new JsonObject().put("id", id).put("failure", why));
  }
}
