package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptGuardTest {
  private final List<String> told = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new AcceptGuard(
              new AcceptListener() {
                @Override
                public void acceptFailed(String why) {
                  told.add(why);
                }

                @Override
                public void acceptRecovered() {
                  told.add("recovered");
                }
              },
              false));

  private final Queue<Runnable> reckoning = new ArrayDeque<>();
  private long now;

  AcceptGuardTest() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    var unused = channel.close();
  }

  @Test
  void shouldPauseAcceptingAndTryAgain() {
    fail();
    assertThat(channel.config().isAutoRead()).isFalse();
    pass(AcceptGuard.RETRY_MILLIS - 1);
    assertThat(channel.config().isAutoRead()).isFalse();
    pass(1);
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(told).containsExactly("Too many open files");
  }

  @Test
  void shouldTellThatItRecoveredOnceNoAttemptFailedForAWhile() {
    fail();
    for (int i = 0; i < 20; i++) {
      pass(AcceptGuard.RETRY_MILLIS);
      fail();
    }
    assertThat(told).hasSize(21).doesNotContain("recovered");

    pass(AcceptGuard.RETRY_MILLIS + AcceptGuard.RECOVERY_MILLIS - 1);
    assertThat(told).doesNotContain("recovered");
    pass(1);
    assertThat(told).hasSize(22).endsWith("recovered");
    pass(100_000);
    assertThat(told).hasSize(22);
  }

  @Test
  void shouldLeaveDefectsToOthers() {
    channel.pipeline().fireExceptionCaught(new IllegalStateException("a defect"));

    assertThat(told).isEmpty();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThatThrownBy(channel::checkException).hasMessage("a defect");
  }

  @Test
  void shouldAcceptNoMoreThanEventLoopsTakeOver() {
    List<EmbeddedChannel> accepted = accept(AcceptGuard.MOST_UNDER_WAY - 1);
    assertThat(channel.config().isAutoRead()).isTrue();
    accepted.addAll(accept(1));
    assertThat(channel.config().isAutoRead()).isFalse();

    takeOver(accepted, AcceptGuard.MOST_UNDER_WAY / 2 - 1);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    takeOver(accepted, 1);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();

    takeOver(accepted, AcceptGuard.MOST_UNDER_WAY / 2);
    accept(AcceptGuard.MOST_UNDER_WAY - 1);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  /** As an io_uring does, which accepts all there is at once. */
  @Test
  void shouldKeepBackWhatIsAcceptedInSpiteOfThePause() {
    List<EmbeddedChannel> accepted = accept(3 * AcceptGuard.MOST_UNDER_WAY);
    assertThat(channel.inboundMessages()).hasSize(AcceptGuard.MOST_UNDER_WAY);

    takeOver(accepted, AcceptGuard.MOST_UNDER_WAY / 2);
    channel.runPendingTasks();
    assertThat(channel.inboundMessages()).hasSize(AcceptGuard.MOST_UNDER_WAY * 3 / 2);
    assertThat(channel.config().isAutoRead()).isFalse();
    for (int i = 0; i < 3; i++) {
      takeOver(accepted, AcceptGuard.MOST_UNDER_WAY / 2);
      channel.runPendingTasks();
    }
    assertThat(channel.inboundMessages()).hasSize(AcceptGuard.MOST_UNDER_WAY * 3);
    assertThat(channel.config().isAutoRead()).isFalse();
    takeOver(accepted, AcceptGuard.MOST_UNDER_WAY / 2);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void shouldCloseWhatItKeptBackWhenThePortCloses() {
    List<EmbeddedChannel> accepted = accept(AcceptGuard.MOST_UNDER_WAY + 1);

    var unused = channel.close();

    assertThat(accepted.get(AcceptGuard.MOST_UNDER_WAY).isOpen()).isFalse();
  }

  @Test
  void shouldAcceptNoMoreWhileHandshakesWaitForTheirArithmetic() {
    HandshakeTasks tasks = tasks(reckoning::add);

    reckon(tasks, AcceptGuard.MOST_UNDER_WAY - 1);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
    reckon(tasks, 1);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();

    haveReckoned(AcceptGuard.MOST_UNDER_WAY / 2);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void shouldNotWaitForArithmeticThatNobodyDoesOrThatFails() {
    HandshakeTasks refused =
        tasks(
            task -> {
              throw new OutOfMemoryError("no thread");
            });
    HandshakeTasks failing = tasks(Runnable::run);
    Runnable defect =
        () -> {
          throw new IllegalStateException("a defect");
        };

    for (int i = 0; i < 2 * AcceptGuard.MOST_UNDER_WAY; i++) {
      assertThatThrownBy(() -> refused.execute(() -> {})).hasMessage("no thread");
      assertThatThrownBy(() -> failing.execute(defect)).hasMessage("a defect");
    }
    channel.runPendingTasks();

    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void shouldTellForHowLongAHandshakeHasWaitedForThePeer() {
    HandshakeTasks tasks = tasks(reckoning::add);
    now = 5;
    assertThat(tasks.peersTurnNanos()).isEqualTo(5);
    assertThat(tasks.haveBegun()).isFalse();

    reckon(tasks, 1);
    now = 100;
    assertThat(tasks.peersTurnNanos()).isZero();

    haveReckoned(1);
    assertThat(tasks.peersTurnNanos()).isZero();
    now = 107;
    assertThat(tasks.peersTurnNanos()).isEqualTo(7);
    assertThat(tasks.haveBegun()).isTrue();
  }

  @Test
  void shouldAcceptNoMoreWhileItIsHeld() {
    channel.pipeline().get(AcceptGuard.class).hold();
    channel.pipeline().get(AcceptGuard.class).hold();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    accept(2);
    assertThat(channel.inboundMessages()).isEmpty();

    channel.pipeline().get(AcceptGuard.class).release();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.pipeline().get(AcceptGuard.class).release();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(channel.inboundMessages()).hasSize(2);
  }

  private HandshakeTasks tasks(Executor threads) {
    Channel accepted = new EmbeddedChannel(channel, DefaultChannelId.newInstance(), true, false);
    return new HandshakeTasks(accepted, threads, () -> now);
  }

  private static void reckon(HandshakeTasks tasks, int times) {
    for (int i = 0; i < times; i++) {
      tasks.execute(() -> {});
    }
  }

  private void haveReckoned(int times) {
    for (int i = 0; i < times; i++) {
      reckoning.remove().run();
    }
  }

  @Test
  void shouldNotTryAgainEarlyBecauseEventLoopsHaveTakenOver() {
    List<EmbeddedChannel> accepted = accept(AcceptGuard.MOST_UNDER_WAY);
    fail();
    takeOver(accepted, AcceptGuard.MOST_UNDER_WAY);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    pass(AcceptGuard.RETRY_MILLIS);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  private List<EmbeddedChannel> accept(int count) {
    List<EmbeddedChannel> accepted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EmbeddedChannel one =
          new EmbeddedChannel(channel, DefaultChannelId.newInstance(), false, false);
      accepted.add(one);
      channel.pipeline().fireChannelRead(one);
    }
    return accepted;
  }

  private static void takeOver(List<EmbeddedChannel> accepted, int count) {
    for (int i = 0; i < count; i++) {
      EmbeddedChannel one = accepted.remove(0);
      assertThatCode(one::register).doesNotThrowAnyException();
      assertThat(one.pipeline().names()).hasSize(1);
      var unused = one.close();
    }
  }

  private void fail() {
    channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }
}
