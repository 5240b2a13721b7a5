package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepairTest {
  private static final NodeInfo OWN = new NodeInfo("10.0.0.1", 7801, new JsonObject());
  private static final RegistrationInfo ONE = new RegistrationInfo("here", 1, false);
  private static final RegistrationInfo TWO = new RegistrationInfo("here", 2, false);
  private static final RegistrationInfo ELSEWHERE = new RegistrationInfo("there", 1, false);

  private final Registrations registrations = new Registrations();
  private final Tables tables = new Tables();
  private final Repair repair = new Repair(tables, registrations);

  @Test
  void shouldTellNothingThatIsKnown() {
    knows(OWN, ONE, ELSEWHERE);
    registrations.add("a", ONE);

    assertThat(repair.missing("here", OWN).succeeded()).isTrue();

    assertThat(tables.done).isEmpty();
  }

  @Test
  void shouldTellWhatIsMissing() {
    knows(null, ONE, ELSEWHERE);
    registrations.add("a", ONE);
    registrations.add("a", TWO);

    assertThat(repair.missing("here", OWN).succeeded()).isTrue();

    assertThat(tables.done).containsExactly("tell", "add 2");
  }

  @Test
  void shouldTellAnewWhatHasChanged() {
    knows(new NodeInfo("10.0.0.1", 1, new JsonObject()));

    assertThat(repair.missing("here", OWN).succeeded()).isTrue();

    assertThat(tables.done).containsExactly("tell");
  }

  @Test
  void shouldTellEverythingAgainAndNeverBeWithoutARegistrationMeanwhile() {
    knows(OWN, ONE);
    registrations.add("a", ONE);

    assertThat(repair.everything(OWN).succeeded()).isTrue();

    assertThat(tables.done).containsExactly("tell", "add -2", "remove 1", "add 1", "remove -2");
    assertThat(tables.consumers).containsExactly(ONE);
    assertThat(tables.fewest).isEqualTo(1);
  }

  @Test
  void shouldTakeBackWhatWasUnregisteredWhileItWasToldAgain() {
    knows(OWN);
    registrations.add("a", ONE);
    tables.onAdd = () -> registrations.remove("a", ONE);

    assertThat(repair.missing("here", OWN).succeeded()).isTrue();

    assertThat(tables.done).containsExactly("add 1", "remove 1");
  }

  @Test
  void shouldTakeOutTheStandInAlsoWhereTheTablesFail() {
    knows(OWN, ONE);
    registrations.add("a", ONE);
    tables.lookUps = Future.failedFuture("no answer");

    assertThat(repair.everything(OWN).cause()).hasMessage("no answer");

    assertThat(tables.done).containsExactly("tell", "add -2", "remove 1", "remove -2");
  }

  private void knows(@Nullable NodeInfo info, RegistrationInfo... consumers) {
    tables.info = info;
    tables.consumers.addAll(List.of(consumers));
  }

  /** Of one address. */
  private static final class Tables implements ClusterTables {
    private final List<String> done = new ArrayList<>();
    private final List<RegistrationInfo> consumers = new ArrayList<>();
    private @Nullable NodeInfo info;
    private Runnable onAdd = () -> {};
    private int fewest = Integer.MAX_VALUE;
    private Future<Void> lookUps = Future.succeededFuture();

    @Override
    public Future<NodeInfo> info(String nodeId) {
      return info == null ? Future.failedFuture("not found") : Future.succeededFuture(info);
    }

    @Override
    public Future<Void> tell(NodeInfo own) {
      done.add("tell");
      info = own;
      return Future.succeededFuture();
    }

    @Override
    public Future<List<RegistrationInfo>> consumers(String address) {
      return lookUps.map(none -> List.copyOf(consumers));
    }

    @Override
    public Future<Void> add(String address, RegistrationInfo registration) {
      done.add("add " + registration.seq());
      consumers.add(registration);
      onAdd.run();
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> remove(String address, RegistrationInfo registration) {
      done.add("remove " + registration.seq());
      consumers.remove(registration);
      fewest = Math.min(fewest, consumers.size());
      return Future.succeededFuture();
    }
  }
}
