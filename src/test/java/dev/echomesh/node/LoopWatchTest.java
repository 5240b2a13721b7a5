package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
  private static final String HERE = Thread.currentThread().getName();

  private final Queue<Runnable> blocked = new ArrayDeque<>();
  private final LoopWatch watch = new LoopWatch(List.of(Runnable::run, blocked::add), 100, 100, 0);

  @Test
  void shouldTellOnceThatALoopIsBlockedAndOnceThatItIsFree() {
    assertThat(watch.look(0)).isEmpty();
    assertThat(watch.look(99)).isEmpty();
    assertThat(watch.look(100)).containsExactly(new LoopWatch.Change("number 1", true, ""));
    assertThat(watch.look(200)).isEmpty();

    blocked.remove().run();
    assertThat(watch.look(300)).containsExactly(new LoopWatch.Change("number 1", false, ""));
    assertThat(watch.look(400))
        .singleElement()
        .matches(change -> change.blocked() && change.thread().equals(HERE))
        .extracting(LoopWatch.Change::where, STRING)
        .contains("LoopWatch");
  }

  @Test
  void shouldNotBlameALoopForATimeInWhichItDidNotLookItself() {
    LoopWatch often = new LoopWatch(List.of(blocked::add), 100, 10, 0);
    assertThat(often.look(10)).isEmpty();
    for (int now = 5000; now < 5090; now += 10) {
      assertThat(often.look(now)).as("at %d", now).isEmpty();
    }
    assertThat(often.look(5090)).hasSize(1);
  }

  @Test
  void shouldAskABlockedLoopNoMoreThanOnce() {
    for (int now = 0; now < 1000; now += 10) {
      var unused = watch.look(now);
    }

    assertThat(blocked).hasSize(1);
  }

  @Test
  void shouldNotBlameALoopThatAnswersLate() {
    assertThat(watch.look(0)).isEmpty();
    blocked.remove().run();
    assertThat(watch.look(1000)).isEmpty();
    assertThat(watch.look(1050)).isEmpty();
    blocked.remove().run();
    assertThat(watch.look(1099)).isEmpty();
  }
}
