package dev.echomesh.mesh;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshFinding.Kind;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what broken paths have in common. The widest explanation that the evidence supports goes
 * first, and what it explains is not told again: a target that nobody reaches, a source that
 * reaches nobody, zones that are cut from each other, single paths. A path that nobody probes is no
 * evidence, neither good nor bad.
 */
final class Diagnosis {
  private final Map<String, MeshNode> nodes = new TreeMap<>();
  private final Set<String> silent;
  private final Predicate<MeshPath> settled;
  private final Predicate<String> heardOf;
  private final Evidence evidence;
  private final Set<String> lostZones = new HashSet<>();
  private final Set<MeshPath> explained = new HashSet<>();
  private final List<MeshFinding> findings = new ArrayList<>();

  private Diagnosis(
      Collection<MeshNode> nodes,
      Set<String> silent,
      Collection<MeshPath> paths,
      Predicate<MeshPath> settled,
      Predicate<String> heardOf) {
    nodes.forEach(node -> this.nodes.put(node.name(), node));
    this.silent = silent;
    this.settled = settled;
    this.heardOf = heardOf;
    this.evidence = new Evidence(paths, this.nodes.keySet());
  }

  /**
   * Findings, from the widest to the narrowest.
   *
   * @param silent nodes whose own view is too old
   * @param paths those of silent nodes are stale
   * @param settled whether a broken path has been so for long enough that those next to it would be
   *     known to be, if they were
   * @param heardOf whether a node has told something since its probers began to fail
   */
  static List<MeshFinding> of(
      Collection<MeshNode> nodes,
      Set<String> silent,
      Collection<MeshPath> paths,
      Predicate<MeshPath> settled,
      Predicate<String> heardOf) {
    Diagnosis diagnosis = new Diagnosis(nodes, silent, paths, settled, heardOf);
    diagnosis.nodes();
    diagnosis.zones();
    diagnosis.paths();
    return diagnosis.findings;
  }

  private void nodes() {
    Set<String> sick =
        nodes.keySet().stream().filter(this::reachesNobody).collect(Collectors.toSet());
    Map<String, List<MeshPath>> down = new TreeMap<>();
    for (String name : nodes.keySet()) {
      List<MeshPath> reports =
          evidence.to(name).stream().filter(path -> !sick.contains(path.from())).toList();
      if (isDown(name, reports)) {
        down.put(name, reports);
      }
    }
    findLostZones(down.keySet());
    down.keySet().removeIf(name -> lostZones.contains(zone(name)));
    down.forEach(
        (name, reports) -> {
          explained.addAll(evidence.to(name));
          explained.addAll(evidence.from(name).stream().filter(Evidence::isBroken).toList());
          add(Kind.TARGET_DOWN, List.of(name), downSentence(name, reports));
        });
    for (String name : nodes.keySet()) {
      if (sick.contains(name) && !down.containsKey(name) && !lostZones.contains(zone(name))) {
        explained.addAll(evidence.from(name));
        add(Kind.SOURCE_SICK, List.of(name), sickSentence(name));
      }
    }
    for (String name : nodes.keySet()) {
      if (silent.contains(name) && !Evidence.nobodyListens(evidence.to(name))) {
        add(Kind.REPORTER_SILENT, List.of(name), silentSentence(name));
      }
    }
  }

  /**
   * Zones of which every node is down and lost to the cluster: then it is the zone, dead or cut
   * off, and what its nodes see nobody can tell. Where something answers that nobody listens, the
   * network is sound and the nodes are not.
   */
  private void findLostZones(Set<String> down) {
    Map<String, List<MeshNode>> zones =
        nodes.values().stream()
            .filter(node -> !node.zone().isEmpty())
            .collect(Collectors.groupingBy(MeshNode::zone));
    zones.forEach(
        (zone, there) -> {
          if (there.size() > 1
              && there.stream().allMatch(node -> down.contains(node.name()) && isCutOff(node))) {
            lostZones.add(zone);
          }
        });
  }

  private boolean isCutOff(MeshNode node) {
    List<MeshPath> probers = evidence.to(node.name());
    return node.state() == MeshNode.State.LOST
        && !Evidence.nobodyListens(probers)
        && probers.stream()
            .map(path -> zone(path.from()))
            .noneMatch(from -> from.isEmpty() || from.equals(node.zone()));
  }

  /** Two broken paths are the least that can be a pattern; dead targets are none. */
  private boolean reachesNobody(String name) {
    List<MeshPath> own = evidence.from(name);
    return own.size() > 1
        && Evidence.allBroken(own)
        && own.stream()
            .anyMatch(path -> !isDown(path.to(), List.of()) && !isDownForOthers(path.to(), name));
  }

  private boolean isDownForOthers(String target, String reporter) {
    List<MeshPath> others =
        evidence.to(target).stream().filter(path -> !path.from().equals(reporter)).toList();
    return isDown(target, others);
  }

  /** A single reporter is believed if the node is lost to the cluster too, or nobody listens. */
  private boolean isDown(String name, List<MeshPath> reports) {
    if (Evidence.nobodyListens(evidence.to(name)) && !evidence.to(name).isEmpty()) {
      return true;
    }
    MeshNode node = nodes.get(name);
    boolean lost = node != null && node.state() == MeshNode.State.LOST;
    return Evidence.allBroken(reports) && (reports.size() > 1 || lost);
  }

  private void zones() {
    Map<List<String>, List<MeshPath>> across = new LinkedHashMap<>();
    for (MeshPath path : evidence.all()) {
      String from = zone(path.from());
      String to = zone(path.to());
      if (!explained.contains(path) && !from.isEmpty() && !to.isEmpty() && !from.equals(to)) {
        across.computeIfAbsent(List.of(from, to), zones -> new ArrayList<>()).add(path);
      }
    }
    across
        .entrySet()
        .removeIf(
            each ->
                !Evidence.allBroken(each.getValue())
                    || (each.getValue().size() < 2 && !lostZones.contains(each.getKey().get(1))));
    Set<List<String>> told = new HashSet<>();
    across.forEach(
        (zones, paths) -> {
          explained.addAll(paths);
          List<String> back = List.of(zones.get(1), zones.get(0));
          if (!told.contains(back)) {
            told.add(zones);
            add(Kind.ZONE_CUT, zones, cutSentence(zones, paths, across.containsKey(back)));
          }
        });
  }

  private void paths() {
    Map<List<String>, MeshPath> broken = new LinkedHashMap<>();
    for (MeshPath path : evidence.all()) {
      if (Evidence.isBroken(path) && !explained.contains(path) && settled.test(path)) {
        broken.put(List.of(path.from(), path.to()), path);
      }
    }
    Set<List<String>> told = new HashSet<>();
    broken.forEach(
        (pair, path) -> {
          List<String> back = List.of(pair.get(1), pair.get(0));
          if (!told.contains(back)) {
            told.add(pair);
            add(Kind.PATH_DOWN, pair, pathSentence(path, broken.get(back)));
          }
        });
  }

  private String downSentence(String name, List<MeshPath> reports) {
    List<MeshPath> probers = reports.isEmpty() ? evidence.to(name) : reports;
    String who =
        probers.size() == 1
            ? "its only prober fails"
            : "all " + probers.size() + " of its probers fail";
    boolean reaches =
        heardOf.test(name) && evidence.from(name).stream().anyMatch(Evidence::isSound);
    MeshNode node = nodes.get(name);
    String aside =
        reaches
            ? ", though it reaches others itself"
            : node != null && node.state() == MeshNode.State.LOST
                ? ", and the cluster has lost it too"
                : "";
    return "%s is down: %s (%s)%s".formatted(name, who, reasons(probers), aside);
  }

  private String sickSentence(String name) {
    List<MeshPath> own = evidence.from(name);
    long reachable =
        own.stream()
            .filter(path -> evidence.to(path.to()).stream().anyMatch(Evidence::isSound))
            .count();
    return "%s reaches none of the %d nodes that it probes (%s)%s"
        .formatted(
            name,
            own.size(),
            reasons(own),
            reachable == 0
                ? ", of which nobody else knows"
                : ", though others reach "
                    + (reachable == own.size() ? "them" : reachable + " of them"));
  }

  private String silentSentence(String name) {
    List<MeshPath> probers = evidence.to(name);
    long sound = probers.stream().filter(Evidence::isSound).count();
    String reached =
        probers.isEmpty()
            ? "nobody probes it now"
            : "%d of %d of its probers reach it".formatted(sound, probers.size());
    return "%s has gone silent: what it knew of its own paths is old; %s".formatted(name, reached);
  }

  private String cutSentence(List<String> zones, List<MeshPath> paths, boolean both) {
    return "zones %s and %s are cut from each other: none of %d sampled paths from %s to %s works%s"
        .formatted(
            zones.get(0),
            zones.get(1),
            paths.size(),
            zones.get(0),
            zones.get(1),
            both
                ? ", and none back"
                : lostZones.contains(zones.get(1))
                    ? ", and the cluster has lost all of " + zones.get(1)
                    : "");
  }

  private String pathSentence(MeshPath path, @Nullable MeshPath back) {
    String what =
        back != null
            ? "%s and %s do not reach each other".formatted(path.from(), path.to())
            : "%s does not reach %s".formatted(path.from(), path.to());
    long reaching = evidence.to(path.to()).stream().filter(Evidence::isSound).count();
    long reached = evidence.from(path.from()).stream().filter(Evidence::isSound).count();
    boolean alone = isAlone(path) && (back == null || isAlone(back));
    return "%s (%s): %s%s reaches %s and %s reached by %s"
        .formatted(
            what,
            reasons(List.of(path)),
            alone ? "only this path fails, " : "",
            path.from(),
            others(reached),
            path.to() + " is",
            others(reaching));
  }

  private boolean isAlone(MeshPath path) {
    return evidence.from(path.from()).stream().filter(Evidence::isBroken).count() == 1
        && evidence.to(path.to()).stream().filter(Evidence::isBroken).count() == 1;
  }

  private static String others(long count) {
    return count == 0 ? "nobody else" : count == 1 ? "1 other" : count + " others";
  }

  private static String reasons(Collection<MeshPath> paths) {
    Set<String> reasons = new TreeSet<>();
    for (MeshPath path : paths) {
      Outcome outcome = path.lastOutcome();
      if (outcome != null) {
        reasons.add(outcome.key().replace('_', ' '));
      }
    }
    return reasons.isEmpty() ? "for reasons unknown" : String.join(", ", reasons);
  }

  private String zone(String name) {
    MeshNode node = nodes.get(name);
    return node == null ? "" : node.zone();
  }

  private void add(Kind kind, List<String> subjects, String sentence) {
    findings.add(new MeshFinding(kind, subjects, sentence));
  }
}
