package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.config.StartException;
import org.junit.jupiter.api.Test;

class CacheManagersTest {
  @Test
  void shouldSayWhichJavaIsNeededWhereInfinispanDoesNotRun() {
    assertThatThrownBy(
            () ->
                CacheManagers.tryJava(
                    () -> {
                      throw new UnsupportedOperationException("getSubject is not supported");
                    }))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("mesh.enabled: true (expected Java 17 to 22, this is ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldGoOnWhereItDoes() {
    assertThatCode(() -> CacheManagers.tryJava(() -> "nobody")).doesNotThrowAnyException();
  }
}
