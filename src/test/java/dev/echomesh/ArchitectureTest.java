package dev.echomesh;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The arrows of the root package's table, and who alone may touch what. */
@AnalyzeClasses(packages = "dev.echomesh", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.echomesh";

  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("spec", Set.of()),
          Map.entry("config", Set.of("spec")),
          Map.entry("wire", Set.of("spec")),
          Map.entry("bus", Set.of("spec")),
          Map.entry("echo", Set.of("spec", "config", "wire", "bus")),
          Map.entry("tester", Set.of("spec", "config", "wire", "bus")),
          Map.entry("bridge", Set.of("spec", "config", "wire", "bus")),
          Map.entry("mesh", Set.of("spec", "config", "bus", "report")),
          Map.entry("metrics", Set.of("spec", "config", "bus")),
          Map.entry("script", Set.of("config")),
          Map.entry("report", Set.of("spec", "bus")),
          Map.entry("web", Set.of("spec", "config", "bus", "metrics", "report")),
          Map.entry(
              "node",
              Set.of(
                  "spec", "config", "wire", "bus", "echo", "tester", "bridge", "mesh", "metrics",
                  "report", "script", "web")),
          Map.entry("client", Set.of("spec", "bus")),
          Map.entry("cli", Set.of("spec", "config", "bus", "node", "report", "client")),
          Map.entry("junit5", Set.of("spec", "node", "config", "bus", "report")),
          Map.entry("", Set.of("cli")));

  @ArchTest
  static void shouldImportOnlyWhatTheTableAllows(JavaClasses classes) {
    Map<String, Set<String>> imported = new TreeMap<>();
    for (JavaClass each : classes) {
      String room = room(each);
      Set<String> others = imported.computeIfAbsent(room, any -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> (target.getPackageName() + ".").startsWith(ROOT + "."))
          .map(ArchitectureTest::room)
          .filter(other -> !other.equals(room))
          .forEach(others::add);
    }

    assertThat(imported.keySet()).as("rooms").isSubsetOf(ARROWS.keySet());
    imported.forEach(
        (room, others) ->
            assertThat(ARROWS.get(room)).as("what %s may import", room).containsAll(others));
  }

  @ArchTest
  static final ArchRule shouldKeepNettyInWireAndNode =
      noClasses()
          .that(resideOutsideOfPackage("dev.echomesh.wire.."))
          .and(resideOutsideOfPackage("dev.echomesh.node.."))
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.netty.."));

  @ArchTest
  static final ArchRule shouldKeepTheClusterEngineInOnePlace =
      noClasses()
          .that(resideOutsideOfPackage("dev.echomesh.mesh.engine.."))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.infinispan..", "org.jgroups..", "io.vertx.ext.cluster.."));

  @ArchTest
  static final ArchRule shouldForceNoLoggingOrCommandLineOnThoseWhoEmbed =
      noClasses()
          .that(resideOutsideOfPackage("dev.echomesh.cli.."))
          .should()
          .dependOnClassesThat(resideInAnyPackage("ch.qos.logback..", "picocli.."));

  @ArchTest
  static final ArchRule shouldNeedJunitInItsRoomAlone =
      noClasses()
          .that(resideOutsideOfPackage("dev.echomesh.junit5.."))
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.junit.."));

  @ArchTest
  static final ArchRule shouldNeedOtherLanguagesInTheirRoomAlone =
      noClasses()
          .that(resideOutsideOfPackage("dev.echomesh.script.."))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.graalvm..", "groovy..", "io.vertx.lang.groovy.."));

  @ArchTest
  static void shouldCutRecordsInOneClassOfWire(JavaClasses classes) {
    List<JavaClass> users =
        classes.stream()
            .filter(
                each ->
                    each.getDirectDependenciesFromSelf().stream()
                        .anyMatch(
                            dependency ->
                                dependency.getTargetClass().isEquivalentTo(RecordParser.class)))
            .toList();

    Set<String> outermost =
        users.stream().map(ArchitectureTest::outermost).collect(Collectors.toSet());
    assertThat(outermost).as("users of RecordParser").hasSizeLessThanOrEqualTo(1);
    assertThat(users).allMatch(user -> room(user).equals("wire"));
  }

  @ArchTest
  static final ArchRule shouldEndTheProcessOnlyInMain =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.echomesh.Main")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class);

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }

  private static String outermost(JavaClass type) {
    return Stream.iterate(type, each -> each.getEnclosingClass().orElse(each))
        .filter(each -> each.getEnclosingClass().isEmpty())
        .findFirst()
        .orElseThrow()
        .getName();
  }
}
