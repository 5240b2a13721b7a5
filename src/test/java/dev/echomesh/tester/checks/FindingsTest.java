package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckVerdict;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private final Findings findings = new Findings();

  @Test
  void shouldNotPassOnNothing() {
    assertThat(findings.verdict()).isEqualTo(CheckVerdict.INCONCLUSIVE);
  }

  @Test
  void shouldPassThoughAPartDoesNotApply() {
    findings.skip("not here");
    findings.pass("good");

    assertThat(findings.verdict()).isEqualTo(CheckVerdict.PASS);
    assertThat(findings.evidence()).containsExactly("not here", "good");
  }

  @Test
  void shouldBeSkippedIfNothingApplies() {
    findings.skip("not here");

    assertThat(findings.verdict()).isEqualTo(CheckVerdict.SKIPPED);
  }

  @Test
  void shouldNotPassIfAPartIsOpen() {
    findings.pass("good");
    findings.unsure("open");

    assertThat(findings.verdict()).isEqualTo(CheckVerdict.INCONCLUSIVE);
    assertThat(findings.failed()).isFalse();
  }

  @Test
  void shouldFailForOneFailureAndSayItFirst() {
    findings.pass("good");
    findings.unsure("open");
    findings.fail("bad");

    assertThat(findings.verdict()).isEqualTo(CheckVerdict.FAIL);
    assertThat(findings.failed()).isTrue();
    assertThat(findings.evidence()).containsExactly("bad", "open", "good");
  }
}
