package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Browser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The console in a browser, and what is asked of every view of it. */
final class ConsolePage {
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final Map<String, int[]> SIZES =
      Map.of("wide", new int[] {1200, 900}, "narrow", new int[] {390, 800});

  private final Browser browser;

  private ConsolePage(Browser browser) {
    this.browser = browser;
  }

  /** Opens it anew, in the wide and light form, and waits until it shows that text. */
  static ConsolePage open(Browser browser, String url, String introduction) {
    browser.look(1200, 900, false);
    browser.open("about:blank");
    browser.await("location.href === 'about:blank'");
    browser.forget();
    browser.open(url);
    browser.awaitText(introduction);
    return new ConsolePage(browser);
  }

  ConsolePage token(String token) {
    browser.click("#token-button");
    browser.type("#token", token);
    browser.click("#token-dialog button[value=save]");
    return this;
  }

  void view(String name) {
    browser.click("nav a[href='#" + name + "']");
    browser.await("document.getElementById('content').className === '" + name + "'");
  }

  /** Has nothing serious for axe-core, hangs out nowhere, and has complained about nothing. */
  void assertWellMade(String name) {
    assertAccessible();
    picture(name);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Light and dark, wide and narrow; to be looked at. */
  void picture(String name) {
    SIZES.forEach(
        (words, size) -> {
          for (boolean dark : new boolean[] {false, true}) {
            browser.look(size[0], size[1], dark);
            assertThat(browser.eval("document.documentElement.scrollWidth <= innerWidth"))
                .as("%s, %s: nothing hangs out", name, words)
                .isEqualTo(true);
            browser.screenshot(file(name + "-" + words + (dark ? "-dark" : "")));
          }
        });
    browser.look(1200, 900, false);
  }

  private static Path file(String name) {
    try {
      return Files.createDirectories(PICTURES).resolve(name + ".png");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the dark only colours are others. */
  private void assertAccessible() {
    browser.eval(axe());
    assertThat(findings("{}")).isEqualTo("");
    browser.look(1200, 900, true);
    assertThat(findings("{runOnly: ['color-contrast']}")).isEqualTo("");
    browser.look(1200, 900, false);
  }

  private Object findings(String options) {
    return browser.eval(
        """
        axe.run(document, %s).then((found) => found.violations
          .filter((each) => ['serious', 'critical'].includes(each.impact))
          .map((each) => each.id + ' ' + each.nodes.map((node) => node.html).join(' '))
          .join('\\n'))"""
            .formatted(options));
  }

  private static String axe() {
    try (InputStream in = ConsolePage.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new IllegalStateException("axe.min.js is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; 0";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
