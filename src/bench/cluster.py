#!/usr/bin/env python3
"""A mesh of real nodes that nobody disturbs: false alarms, CPU and memory of each; see README.md."""

import argparse
import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import attacks
from harness import (ECHOMESH_JAR, OUT, ROOT, BenchError, build_echomesh, leave_the_network, main,
                     say, servers, spread, summary, warn_if_busy)

TICKS = os.sysconf("SC_CLK_TCK")
CPU_LIMIT = 2.0
CLUSTER, BUS, PROBE, WEB = 7800, 7801, 7802, 8080
PATIENCE_S = 120


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5, help="2 to 9 (5)")
    parser.add_argument("--minutes", type=float, default=20, help="of quiet, once all is well (20)")
    parser.add_argument("--settle", type=float, default=60,
                        help="seconds that compilers get before anything is measured (60)")
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if not 2 <= options.nodes <= 9:
        parser.error("--nodes: expected 2 to 9")
    if options.minutes <= 0 or options.settle < 0:
        parser.error("--minutes: expected more than 0; --settle: expected 0 or more")
    return options


def address(index):
    return f"127.0.1.{index + 1}"


def configure(directory, names):
    """Writes a file for each node; all that is not an address is as shipped."""
    made = subprocess.run(
        ["bash", str(ROOT / "conf/cluster/certificates"), str(directory),
         *(f"{name}={address(index)}" for index, name in enumerate(names))],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode != 0:
        raise BenchError(f"certificates: {made.stdout.strip()}")
    peers = ", ".join(address(index) for index in range(len(names)))
    for index, name in enumerate(names):
        (directory / f"{name}.yaml").write_text(
            f"node: {{name: {name}}}\n"
            f"echo: {{endpoints: [{{name: echo, host: {address(index)}, port: 1234}}]}}\n"
            f"mesh:\n  enabled: true\n  host: {address(index)}\n  peers: [{peers}]\n"
            f"  tls: {{certFile: {directory}/{name}.crt, keyFile: {directory}/{name}.key,"
            f" caFile: {directory}/ca.crt}}\n"
            f"web: {{enabled: true, host: {address(index)}, port: {WEB}}}\n")


def matrix(index):
    with urllib.request.urlopen(f"http://{address(index)}:{WEB}/api/v1/mesh", timeout=10) as answer:
        return json.load(answer)


def well(view, count):
    return (len(view["nodes"]) == count and len(view["paths"]) == count * (count - 1)
            and not view["findings"] and all(path["state"] == "ok" for path in view["paths"]))


def await_health(count):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            views = [matrix(index) for index in range(count)]
            if all(well(view, count) for view in views):
                return views
            problem = next(view["summary"] for view in views if not well(view, count))
        except OSError as error:
            problem = str(error)
        if time.monotonic() > deadline:
            raise BenchError(f"the mesh is not well after {PATIENCE_S} s: {problem}")
        time.sleep(1)


def cpu_seconds(stat):
    """Of the process or thread whose /proc/.../stat this is."""
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def spent(pid):
    """CPU seconds of the process, and of its compilers that have not ended."""
    tasks = [task for task in Path(f"/proc/{pid}/task").iterdir()
             if "CompilerThre" in (task / "comm").read_text()]
    return cpu_seconds(Path(f"/proc/{pid}/stat")), sum(cpu_seconds(task / "stat") for task in tasks)


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def since(view):
    return {(path["from"], path["to"]): path["since"] for path in view["paths"]}


def why(view, path):
    """What the matrix has to say of a path, and the machine of itself."""
    found = next((each for each in view["paths"] if (each["from"], each["to"]) == path), {})
    told = ", ".join(f"{key} {found[key]}" for key in ("state", "since", "retransmits", "lastProblem")
                     if found.get(key) is not None)
    return f"{told or 'no longer known'}; load average {os.getloadavg()[0]:.1f}"


def watch(views, minutes):
    """Looks at every node's matrix now and then; returns what was not well, and when.

    A state that came and went between two looks shows in the time since when the path has its state.
    """
    count = len(views)
    began = [since(view) for view in views]
    alarms = []
    end = time.monotonic() + minutes * 60
    while True:
        time.sleep(max(0.0, min(20.0, end - time.monotonic())))
        clock = time.strftime("%H:%M:%S")
        for index in range(count):
            view = matrix(index)
            if not well(view, count):
                alarms.append(f"{clock} {view['node']}: {view['summary']}")
            for path, when in since(view).items():
                if began[index].get(path) != when:
                    began[index][path] = when
                    alarms.append(f"{clock} {view['node']}: the state of {' to '.join(path)} changed"
                                  f" ({why(view, path)})")
        if time.monotonic() >= end:
            return alarms


def alarming(log):
    return [line for line in log.read_text(errors="replace").splitlines()
            if re.search(r"\b(WARN|ERROR)\b|Exception", line)]


def bench():
    options = arguments()
    OUT.mkdir(parents=True, exist_ok=True)
    build_echomesh()
    if not leave_the_network():
        say("no network of its own here: the default ports of 127.0.1.1 and above must be free")
    load = warn_if_busy()
    names = [chr(ord("a") + index) for index in range(options.nodes)]
    directory = OUT / "cluster"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    configure(directory, names)
    with servers() as start:
        nodes = [start(f"cluster-{name}", ["java", "-Xmx128m", "-XX:NativeMemoryTracking=summary",
                                           "-jar", str(ECHOMESH_JAR), "node", "--config",
                                           str(directory / f"{name}.yaml")], 1234)
                 for name in names]
        await_health(options.nodes)
        time.sleep(options.settle)
        views = await_health(options.nodes)
        logged = [len(alarming(node.log)) for node in nodes]
        say(f"{options.nodes} nodes are well, watching for {options.minutes:g} minutes")
        alarms = []
        cpu, compilers = {}, {}
        for part, share in (("the first three quarters", 0.75), ("the last quarter", 0.25)):
            before = [spent(node.pid) for node in nodes]
            started = time.monotonic()
            alarms += watch(views, options.minutes * share)
            elapsed = time.monotonic() - started
            after = [spent(node.pid) for node in nodes]
            cpu[part], compilers[part] = (
                summary([100 * max(0, now[whose] - then[whose]) / elapsed
                         for then, now in zip(before, after)]) for whose in (0, 1))
        resident = summary([resident_mib(node.pid) for node in nodes])
        held = [attacks.memory(node.pid) for node in nodes]
        heap = summary([each[0] / 2**20 for each in held])
        direct = summary([each[1] / 2**20 for each in held])
        for node, already in zip(nodes, logged):
            alarms += [f"{node.name} logged: {line}" for line in alarming(node.log)[already:]]
    for part, used in cpu.items():
        say(f"CPU of each node in {part}, % of a core: {spread(used, 2)}, of which compilers "
            f"{spread(compilers[part], 2)}")
    met = cpu["the last quarter"]["max"] <= CPU_LIMIT
    say(f"{'met' if met else 'missed'}: at most {CPU_LIMIT:g} % for each in the last quarter, when "
        "compilers have done most of their work")
    say(f"resident, MiB: {spread(resident, 0)}; live heap, MiB: {spread(heap, 1)} of 128; "
        f"direct, MiB: {spread(direct, 1)}")
    for alarm in alarms:
        say(f"alarm: {alarm}")
    say(f"false alarms in {options.minutes:g} minutes: {len(alarms)}")
    if options.json:
        Path(options.json).write_text(json.dumps(
            {"nodes": options.nodes, "minutes": options.minutes, "load_average_before": load,
             "cpu_percent": cpu, "of_which_compilers": compilers, "resident_mib": resident,
             "heap_mib": heap, "direct_mib": direct, "alarms": alarms}, indent=1))
    return 0 if met and not alarms else 1


if __name__ == "__main__":
    main(bench)
