package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ProbeLoopIT {
  @Test
  void shouldFailTheCallWhenItsTaskThrows(Vertx vertx, VertxTestContext context) {
    ProbeLoop loop = new ProbeLoop();
    IllegalStateException defect = new IllegalStateException("a defect");
    vertx
        .deployVerticle(loop)
        .compose(
            deployed ->
                loop.<Void>call(
                    () -> {
                      throw defect;
                    }))
        .onComplete(
            context.failing(
                cause -> {
                  context.verify(() -> assertThat(cause).isSameAs(defect));
                  context.completeNow();
                }));
  }
}
