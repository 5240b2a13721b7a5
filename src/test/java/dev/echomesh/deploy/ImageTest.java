package dev.echomesh.deploy;

import static dev.echomesh.deploy.Manifests.KUBERNETES;
import static dev.echomesh.deploy.Manifests.cast;
import static dev.echomesh.deploy.Manifests.composition;
import static dev.echomesh.deploy.Manifests.container;
import static dev.echomesh.deploy.Manifests.given;
import static dev.echomesh.deploy.Manifests.list;
import static dev.echomesh.deploy.Manifests.load;
import static dev.echomesh.deploy.Manifests.object;
import static dev.echomesh.deploy.Manifests.pod;
import static dev.echomesh.deploy.Manifests.ports;
import static dev.echomesh.deploy.Manifests.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the composition and the manifests name is in the image, and in each other. */
class ImageTest {
  private final String dockerfile;

  ImageTest() throws IOException {
    dockerfile = Files.readString(Path.of("Dockerfile"));
  }

  @Test
  void shouldExposeThePortsOfTheShippedConfiguration() {
    NodeConfig shipped =
        ConfigLoader.load(Path.of("conf/echomesh.yaml"), Map.of(), List.of()).config();

    assertThat(exposed())
        .containsExactlyInAnyOrder(
            shipped.echo().endpoints().get(0).port(),
            shipped.mesh().port(),
            shipped.mesh().busPort(),
            shipped.mesh().probePort(),
            shipped.web().port());
  }

  @Test
  void shouldServeWhoComesFromOutsideUnlessToldOtherwise() throws IOException {
    List<String> change = Matches.all("sed -i 's/(.*)/.*/' conf/echomesh.yaml", dockerfile);
    String to = Matches.all("sed -i 's/.*/(.*)/' conf/echomesh.yaml", dockerfile).get(0);
    String shipped = Files.readString(Path.of("conf/echomesh.yaml"));
    String changed = shipped.replaceFirst("(?m)" + change.get(0), to);

    NodeConfig config =
        ConfigLoader.parse(changed, Path.of("echomesh.yaml"), Map.of(), List.of()).config();

    assertThat(config.echo().endpoints().get(0).host()).isEqualTo("0.0.0.0");
    assertThat(config.web().host()).isEqualTo("127.0.0.1");
    assertThat(Manifests.environmentOfTheImage()).isEmpty();
  }

  @Test
  void shouldPublishOnlyExposedPorts() throws IOException {
    for (Map<String, Object> node : nodes().values()) {
      if (node.containsKey("ports")) {
        assertThat(list(node, "ports"))
            .allSatisfy(
                port ->
                    assertThat(exposed())
                        .contains(Integer.valueOf(port.toString().replaceFirst(".*:", ""))));
      }
    }
    assertThat(ports(list(container(), "ports"), "containerPort"))
        .containsExactlyInAnyOrderElementsOf(exposed());
  }

  @Test
  void shouldCheckTheHealthByACommandThatItHas() {
    String check = found("CMD \\[\"(\\w+)\"]\n").get(0);

    assertThat(dockerfile)
        .contains(">/usr/local/bin/" + check, "chmod 755", " /usr/local/bin/" + check)
        .contains("dev.echomesh.Main health");
  }

  @Test
  void shouldGiveWhatTheNodesOfTheCompositionRead() throws IOException {
    Map<String, Object> secrets = section(composition(), "secrets");
    for (Map<String, Object> node : nodes().values()) {
      List<String> mounted = list(node, "secrets").stream().map(Object::toString).toList();
      assertThat(secrets.keySet()).containsAll(mounted);
      assertThat(paths(section(node, "environment").values().toString(), "/run/secrets/"))
          .isNotEmpty()
          .isSubsetOf(mounted);
      // a read-only root, and a place for native libraries
      assertThat(node).containsEntry("read_only", true);
      assertThat(list(node, "tmpfs").get(0).toString()).startsWith("/tmp:").contains("exec");
    }
    secrets.forEach(
        (name, secret) -> assertThat(cast(secret)).containsEntry("file", "./secrets/" + name));
  }

  @Test
  void shouldGiveWhatPrometheusReads() throws IOException {
    Map<String, Object> prometheus = section(composition(), "services", "prometheus");
    Map<String, String> mounted = new TreeMap<>();
    for (Object volume : list(prometheus, "volumes")) {
      String[] parts = volume.toString().split(":", -1);
      mounted.put(parts[1], parts[0]);
      assertThat(parts[2]).isEqualTo("ro");
    }
    String config = list(prometheus, "command").get(0).toString().replaceFirst(".*=", "");
    Path shipped = Path.of("conf", String.valueOf(mounted.get(config)));
    Map<String, Object> read = load(shipped).get(0);
    Map<String, Object> job = cast(list(read, "scrape_configs").get(0));

    assertThat(mounted)
        .containsEntry(
            beside(config, given(section(job, "authorization"), "credentials_file")),
            String.valueOf(section(composition(), "secrets", "token").get("file")));
    for (Object rules : list(read, "rule_files")) {
      assertThat(Path.of("conf", String.valueOf(mounted.get(beside(config, rules))))).exists();
    }
    List<?> targets = list(cast(list(job, "static_configs").get(0)), "targets");
    assertThat(targets.stream().map(Object::toString))
        .containsExactlyElementsOf(nodes().keySet().stream().map(name -> name + ":8007").toList());
  }

  @Test
  void shouldMountWhatThePodReads() throws IOException {
    Map<String, List<String>> mounted = new TreeMap<>();
    for (Object mount : list(container(), "volumeMounts")) {
      mounted.put(cast(mount).get("mountPath") + "/", keys(given(cast(mount), "name")));
    }
    List<String> read = new ArrayList<>();
    read.add(list(container(), "args").get(2).toString());
    Matches.all("(/etc/echomesh/[\\w./]+)", configuration()).forEach(read::add);

    assertThat(read).hasSize(5);
    for (String file : read) {
      String directory = file.substring(0, file.lastIndexOf('/') + 1);
      assertThat(mounted).as(file).containsKey(directory);
      assertThat(mounted.get(directory)).as(file).contains(file.substring(directory.length()));
    }
    assertThat(mounted).containsKey("/tmp/");
  }

  @Test
  void shouldFindEachOtherByTheServicesName() throws IOException {
    Map<String, Object> service = object(load(KUBERNETES), "Service");

    assertThat(section(Manifests.parse(configuration()).get(0), "mesh"))
        .containsEntry("dns", section(service, "metadata").get("name"));
  }

  @Test
  void shouldBeProbedWhereItAnswers() throws IOException {
    List<Object> names = ports(list(container(), "ports"), "name");
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      Map<String, Object> asked = section(container(), probe, "httpGet");
      assertThat(names).contains(asked.get("port"));
      assertThat(given(asked, "path").toString()).matches("/health/(live|ready)");
    }
  }

  @Test
  void shouldRunAsTheUserOfTheImage() throws IOException {
    assertThat(given(section(pod(), "securityContext"), "runAsUser").toString())
        .isEqualTo(found("\nUSER (\\d+):").get(0));
  }

  /** What a volume of the pod holds: as the comment says to make the secret, or the config map. */
  private static List<String> keys(Object volume) throws IOException {
    Map<String, Object> found =
        list(pod(), "volumes").stream()
            .map(Manifests::cast)
            .filter(each -> volume.equals(each.get("name")))
            .findFirst()
            .orElseThrow();
    if (found.containsKey("configMap")) {
      Map<String, Object> map = object(load(KUBERNETES), "ConfigMap");
      assertThat(section(map, "metadata"))
          .containsEntry("name", section(found, "configMap").get("name"));
      return List.copyOf(section(map, "data").keySet());
    }
    if (found.containsKey("secret")) {
      String command =
          Matches.all(
                  "create secret generic " + section(found, "secret").get("secretName") + "( .*)",
                  Files.readString(KUBERNETES))
              .get(0);
      return Matches.all("--from-file=(\\S+)", command);
    }
    return List.of();
  }

  private static String configuration() throws IOException {
    return given(section(object(load(KUBERNETES), "ConfigMap"), "data"), "echomesh.yaml")
        .toString();
  }

  private static Map<String, Map<String, Object>> nodes() throws IOException {
    Map<String, Map<String, Object>> nodes = new TreeMap<>();
    section(composition(), "services")
        .forEach(
            (name, service) -> {
              if (name.startsWith("node-")) {
                nodes.put(name, cast(service));
              }
            });
    return nodes;
  }

  private static String beside(String file, Object name) {
    return file.substring(0, file.lastIndexOf('/') + 1) + name;
  }

  private static List<String> paths(String text, String directory) {
    return Matches.all(Pattern.quote(directory) + "([\\w.]+)", text);
  }

  private List<Integer> exposed() {
    return Arrays.stream(found("\nEXPOSE (.*)\n").get(0).split(" ", -1))
        .map(Integer::valueOf)
        .toList();
  }

  private List<String> found(String regex) {
    return Matches.all(regex, dockerfile);
  }
}
