package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateSearchTest {
  private static final double HIGHEST = 10_000_000;
  private static final double RESOLUTION = 1.05;

  @ParameterizedTest
  @CsvSource({
    "1000, 1",
    "1000, 1.5",
    "1000, 999",
    "1000, 1000",
    "1000, 1001",
    "1000, 123456.7",
    "1, 9999999",
    "10000000, 2",
    "10000000, 9999999"
  })
  void shouldFindTheLimitToWithinTheResolution(double first, double limit) {
    assertFinds(first, limit);
  }

  @Test
  void shouldFindAnyLimit() {
    long seed = 20261122;
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      double first = Math.pow(10, random.nextDouble() * 7);
      double limit = Math.pow(10, random.nextDouble() * 7);
      assertFinds(first, limit);
    }
  }

  private static void assertFinds(double first, double limit) {
    RateSearch search = new RateSearch(first, HIGHEST);
    List<Double> tried = run(search, rate -> rate <= limit);

    String what = "limit %s from %s: %s".formatted(limit, first, tried);
    if (search.best().isEmpty()) {
      // between the lowest rate that is tried by halving and twice that
      assertThat(limit).as(what).isLessThan(2);
      return;
    }
    assertThat(search.best().getAsDouble())
        .as(what)
        .isLessThanOrEqualTo(limit)
        .isGreaterThanOrEqualTo(limit / RESOLUTION);
    assertThat(tried).as(what).hasSizeLessThanOrEqualTo(30).doesNotHaveDuplicates();
  }

  @Test
  void shouldEndWhenNothingPasses() {
    RateSearch search = new RateSearch(1000, HIGHEST);
    List<Double> tried = run(search, rate -> false);

    assertThat(search.best()).isEmpty();
    assertThat(tried).startsWith(1000.0, 500.0).hasSize(10).allMatch(rate -> rate >= 1);
  }

  @Test
  void shouldEndAtTheHighestPermittedRateWhenEverythingPasses() {
    RateSearch search = new RateSearch(1000, 5000);

    assertThat(run(search, rate -> true)).containsExactly(1000.0, 2000.0, 4000.0, 5000.0);
    assertThat(search.best()).hasValue(5000);
  }

  @Test
  void shouldEndAtOnceWhenItBeginsAtTheHighest() {
    RateSearch search = new RateSearch(5000, 5000);

    assertThat(run(search, rate -> true)).containsExactly(5000.0);
  }

  @Test
  void shouldNeverTryMoreThanIsPermitted() {
    RateSearch search = new RateSearch(1000, 5000);

    assertThat(run(search, rate -> rate < 4900)).allMatch(rate -> rate <= 5000);
    assertThat(search.best().orElse(0)).isCloseTo(4900, within(245.0));
  }

  @Test
  void shouldEndWithAnOracleThatContradictsItself() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      RateSearch search = new RateSearch(1000, HIGHEST);
      assertThat(run(search, rate -> random.nextBoolean())).hasSizeLessThan(40);
    }
  }

  private static List<Double> run(RateSearch search, DoublePredicate oracle) {
    List<Double> tried = new ArrayList<>();
    for (OptionalDouble rate = search.next(); rate.isPresent(); rate = search.next()) {
      assertThat(tried).as("does not end").hasSizeLessThan(100);
      tried.add(rate.getAsDouble());
      search.tried(oracle.test(rate.getAsDouble()));
    }
    return tried;
  }
}
