package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Meshes are written as paths that are not ok, {@code ab} for a to b: {@code ab} has timed out,
 * {@code ab!} was refused, {@code ab~} is degraded, {@code ab%} failing, {@code ab-} unsampled,
 * {@code ab?} stale. Nodes are letters; capitals are the zones after a slash.
 */
class DiagnosisTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    // nothing wrong, nothing said
    "abc,'',''",
    "abc,ab~ ba~ bc~,''",
    "abc,ab- ba- ac- ca- bc- cb-,''",
    // a target that nobody reaches
    "abc,ac bc,target_down:c",
    "abc,ac bc ca cb,target_down:c",
    "abc,ac! bc!,target_down:c",
    "abcd,ad bd cd,target_down:d",
    "abcd,ad bd cd-,target_down:d",
    "abcd,ac bc dc ad bd cd,target_down:c target_down:d",
    "ab,ab!,target_down:b",
    // a target that only some reach
    "abcd,ad bd,path_down:a-d path_down:b-d",
    // a source that reaches nobody
    "abc,ab ac,source_sick:a",
    "abcd,ab ac ad,source_sick:a",
    "abcd,ab ac ad ba ca da,target_down:a",
    // single paths
    "ab,ab,path_down:a-b",
    "abc,ab,path_down:a-b",
    "abc,ab ba,path_down:a-b",
    "abc,ab%,path_down:a-b",
    "abcd,ab cd,path_down:a-b path_down:c-d",
    "abcd,ab- ac- ad,path_down:a-d",
    // all fail a little: nobody is down
    "abc,ac% bc%,path_down:a-c path_down:b-c",
    // zones
    "abcd/XXYY,ac ad bc bd,zone_cut:X-Y",
    "abcd/XXYY,ac ad bc bd ca cb da db,zone_cut:X-Y",
    "abcd/XXYY,ac ad bc- bd-,zone_cut:X-Y",
    "abcd/XXYY,ac bc ca cb,path_down:a-c path_down:b-c",
    "abcdef/XXYYZZ,ac ad bc bd,zone_cut:X-Y",
    "abcd/XXYY,ad bd cd,target_down:d",
    "abcd/XXXX,ac ad bc bd,path_down:a-c path_down:a-d path_down:b-c path_down:b-d",
    // a dead node beside a broken path
    "abcde,ae be ce de ab,target_down:e path_down:a-b",
    "abcde,ae! be! ce! de! ab ac ad,target_down:e source_sick:a"
  })
  void shouldSayWhatBrokenPathsHaveInCommon(String mesh, String paths, String expected) {
    assertThat(found(mesh, paths, "")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // it goes on serving, or hangs altogether, or is gone, which says enough
    "abc,ca? cb?,c,reporter_silent:c",
    "abc,ac bc ca? cb?,c,target_down:c reporter_silent:c",
    "abc,ac! bc! ca? cb?,c,target_down:c",
    // the only witnesses are silent
    "abc,ba? bc? ca? cb?,bc,reporter_silent:b reporter_silent:c",
    "abc,ab ac ba? bc? ca? cb?,bc,source_sick:a reporter_silent:b reporter_silent:c"
  })
  void shouldTellWhoHasGoneSilent(String mesh, String paths, String silent, String expected) {
    assertThat(found(mesh, paths, silent)).isEqualTo(expected);
  }

  @Test
  void shouldBelieveASingleProberOfANodeThatTheClusterHasLostToo() {
    List<MeshNode> nodes = new ArrayList<>(nodes("ab"));
    nodes.set(1, nodes.get(1).in(MeshNode.State.LOST, NOW));

    assertThat(
            kinds(
                Diagnosis.of(
                    nodes, Set.of(), List.of(path("a", "b", "")), path -> true, name -> true)))
        .isEqualTo("target_down:b");
  }

  @ParameterizedTest
  @CsvSource({
    // what the lost nodes see is stale, and those that are left cannot tell a dead zone from a cut
    "abcd/XXYY,ab,ca cb da db,zone_cut:Y-X",
    "abcde/XXYYZ,ab,ca cb da db ea eb,zone_cut:Y-X zone_cut:Z-X",
    "abcd/XXYZ,ab,ca cb- da- db,zone_cut:Y-X zone_cut:Z-X",
    // a zone of which a part is left, and one whose machines say that nobody listens
    "abcde/XXXYY,ab,ca cb da db ea eb,target_down:a target_down:b",
    "abcd/XXYY,ab,ca! cb! da! db!,target_down:a target_down:b",
    "abcd/XXYY,ab,ca cb! da db!,target_down:a target_down:b",
    // a zone of one node, and probers without a zone
    "abc/XYY,a,ba ca,target_down:a",
    "'abcd/XX  ',ab,ca cb da db,target_down:a target_down:b"
  })
  void shouldTellAZoneThatIsGoneFromNodesThatAreDown(
      String mesh, String lost, String broken, String expected) {
    assertThat(kinds(ofLost(mesh, lost, broken))).isEqualTo(expected);
  }

  @Test
  void shouldNotNameAPathBeforeItsNeighboursHadTimeToBreak() {
    assertThat(
            Diagnosis.of(nodes("abc"), Set.of(), paths("abc", "ac"), path -> false, name -> true))
        .isEmpty();
    assertThat(
            kinds(
                Diagnosis.of(
                    nodes("abc"), Set.of(), paths("abc", "ac bc"), path -> false, name -> true)))
        .isEqualTo("target_down:c");
  }

  @Test
  void shouldNotCallANodeAliveForWhatItToldBeforeItDied() {
    assertThat(
            Diagnosis.of(
                nodes("abcd"), Set.of(), paths("abcd", "ad bd cd"), path -> true, name -> false))
        .extracting(MeshFinding::sentence)
        .containsExactly("d is down: all 3 of its probers fail (timeout)");
  }

  @Test
  void shouldSayItInASentence() {
    assertThat(sentences("abcd", "ad bd cd"))
        .containsExactly(
            "d is down: all 3 of its probers fail (timeout), though it reaches others itself");
    assertThat(sentences("abc", "ac! bc! ca! cb!"))
        .containsExactly("c is down: all 2 of its probers fail (refused)");
    assertThat(sentences("abc", "ab ac"))
        .containsExactly(
            "a reaches none of the 2 nodes that it probes (timeout), though others reach them");
    assertThat(sentences("abcd", "ab"))
        .containsExactly(
            "a does not reach b (timeout): only this path fails, a reaches 2 others and b is"
                + " reached by 2 others");
    assertThat(sentences("abc", "ab ba"))
        .containsExactly(
            "a and b do not reach each other (timeout): only this path fails, a reaches 1 other"
                + " and b is reached by 1 other");
    assertThat(sentences("abcd/XXYY", "ac ad bc bd"))
        .containsExactly(
            "zones X and Y are cut from each other: none of 4 sampled paths from X to Y works");
    assertThat(ofLost("abcd/XXYY", "ab", "ca cb da db"))
        .extracting(MeshFinding::sentence)
        .containsExactly(
            "zones Y and X are cut from each other: none of 4 sampled paths from Y to X works, and"
                + " the cluster has lost all of X");
    assertThat(sentences("abcd", "ad bd"))
        .as("what is not the only one")
        .containsExactly(
            "a does not reach d (timeout): a reaches 2 others and d is reached by 1 other",
            "b does not reach d (timeout): b reaches 2 others and d is reached by 1 other");
  }

  /** Each path of three nodes ok, down, unsampled or stale. */
  @Test
  void shouldExplainEveryBrokenPathAndBlameNoSoundOne() {
    String[] pairs = {"ab", "ac", "ba", "bc", "ca", "cb"};
    String[] kinds = {null, "", "-", "?"};
    for (int code = 0; code < 4096; code++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0, rest = code; i < pairs.length; i++, rest /= 4) {
        String kind = kinds[rest % 4];
        text.append(kind == null ? "" : pairs[i] + kind + " ");
      }
      List<MeshPath> paths = paths("abc", text.toString().strip());
      List<MeshFinding> findings =
          Diagnosis.of(nodes("abc"), Set.of(), paths, path -> true, name -> true);
      Set<String> blamed = new HashSet<>();
      for (MeshFinding finding : findings) {
        String first = finding.subjects().get(0);
        switch (finding.kind()) {
          case TARGET_DOWN -> {
            assertThat(paths)
                .as(text.toString())
                .noneMatch(
                    p ->
                        p.to().equals(first)
                            && p.state() == PathState.OK
                            && !sick(findings, p.from()));
            blamed.addAll(Set.of("a" + first, "b" + first, "c" + first));
            blamed.addAll(Set.of(first + "a", first + "b", first + "c"));
          }
          case SOURCE_SICK -> {
            assertThat(paths)
                .as(text.toString())
                .noneMatch(p -> p.from().equals(first) && p.state() == PathState.OK);
            blamed.addAll(Set.of(first + "a", first + "b", first + "c"));
          }
          case PATH_DOWN -> {
            String pair = String.join("", finding.subjects());
            assertThat(paths)
                .as(text.toString())
                .anyMatch(p -> (p.from() + p.to()).equals(pair) && p.state() == PathState.DOWN);
            blamed.add(pair);
            blamed.add(new StringBuilder(pair).reverse().toString());
          }
          default -> throw new AssertionError(text + " gave " + finding);
        }
      }
      for (MeshPath path : paths) {
        if (path.state() == PathState.DOWN) {
          assertThat(blamed).as(text.toString()).contains(path.from() + path.to());
        }
      }
    }
  }

  /** What the nodes see that are left. */
  private static List<MeshFinding> ofLost(String mesh, String lost, String broken) {
    List<MeshNode> nodes = new ArrayList<>(nodes(mesh));
    nodes.replaceAll(n -> lost.contains(n.name()) ? n.in(MeshNode.State.LOST, NOW) : n);
    List<MeshPath> paths = new ArrayList<>(paths(mesh, broken));
    paths.replaceAll(p -> lost.contains(p.from()) ? p.in(PathState.STALE, NOW) : p);
    return Diagnosis.of(nodes, Set.of(), paths, path -> true, name -> true);
  }

  private static boolean sick(List<MeshFinding> findings, String node) {
    return findings.stream()
        .anyMatch(f -> f.kind() == MeshFinding.Kind.SOURCE_SICK && f.subjects().contains(node));
  }

  private static List<String> sentences(String mesh, String paths) {
    return Diagnosis.of(nodes(mesh), Set.of(), paths(mesh, paths), path -> true, name -> true)
        .stream()
        .map(MeshFinding::sentence)
        .toList();
  }

  private static String found(String mesh, String paths, String silent) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < silent.length(); i++) {
      names.add(silent.substring(i, i + 1));
    }
    return kinds(Diagnosis.of(nodes(mesh), names, paths(mesh, paths), path -> true, name -> true));
  }

  private static String kinds(List<MeshFinding> findings) {
    return String.join(
        " ",
        findings.stream()
            .map(
                f ->
                    f.kind().name().toLowerCase(Locale.ROOT) + ":" + String.join("-", f.subjects()))
            .toList());
  }

  private static List<MeshNode> nodes(String mesh) {
    int slash = mesh.indexOf('/');
    String names = slash < 0 ? mesh : mesh.substring(0, slash);
    List<MeshNode> nodes = new ArrayList<>();
    for (int i = 0; i < names.length(); i++) {
      String zone = slash < 0 ? "" : mesh.substring(slash + 1 + i, slash + 2 + i).strip();
      nodes.add(
          new MeshNode(
              names.substring(i, i + 1), zone, "", "::1", "1", MeshNode.State.UP, NOW, false));
    }
    return nodes;
  }

  private static List<MeshPath> paths(String mesh, String unusual) {
    List<MeshPath> paths = new ArrayList<>();
    List<String> words = List.of(unusual.split(" "));
    for (MeshNode from : nodes(mesh)) {
      for (MeshNode to : nodes(mesh)) {
        String pair = from.name() + to.name();
        String kind =
            words.stream()
                .filter(word -> word.startsWith(pair))
                .map(word -> word.substring(2))
                .findFirst()
                .orElse("+");
        if (!from.equals(to) && !kind.equals("-")) {
          paths.add(path(from.name(), to.name(), kind));
        }
      }
    }
    return paths;
  }

  private static MeshPath path(String from, String to, String kind) {
    PathState state =
        switch (kind) {
          case "+" -> PathState.OK;
          case "~" -> PathState.DEGRADED;
          case "%" -> PathState.FAILING;
          case "?" -> PathState.STALE;
          default -> PathState.DOWN;
        };
    Outcome outcome = kind.equals("!") ? Outcome.REFUSED : Outcome.TIMEOUT;
    return new MeshPath(
        from,
        to,
        state,
        NOW,
        NOW,
        Outcomes.none(),
        null,
        null,
        null,
        null,
        state == PathState.OK ? null : outcome,
        null);
  }
}
