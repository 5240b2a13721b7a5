package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RunNewsTest {
  private static final JsonObject REQUEST = new JsonObject().put("target", "host:7");

  @Test
  void shouldTellThatARunHasNoReportUnlessTheNodeItselfEnds(Vertx vertx) {
    List<JsonObject> told = new CopyOnWriteArrayList<>();
    for (String address : List.of(Addresses.run("r"), Addresses.FAILURES)) {
      vertx.eventBus().<JsonObject>localConsumer(address, news -> told.add(news.body()));
    }
    RunNews news = new RunNews(vertx);

    news.failed("r", RunFailure.TEST, REQUEST, new RejectedExecutionException());
    news.failed("r", RunFailure.TEST, REQUEST, new IllegalStateException("why"));

    // messages to one consumer come in order, so the first ones would be there too
    Patience.until("it is told to both", () -> told.size() >= 2);
    String why = "java.lang.IllegalStateException: why";
    assertThat(told)
        .containsExactlyInAnyOrder(
            new JsonObject().put("id", "r").put("failure", why),
            new RunFailure("r", RunFailure.TEST, REQUEST, why).toJson());
  }
}
