#!/usr/bin/env python3
"""How soon every other node's matrix tells of a node that died; see README.md."""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import (BenchError, build_echomesh, ECHOMESH_JAR, end_with_parent, main, say, summary,
                     warn_if_busy)

PATIENCE_S = 120
LIMIT_S = 5
FLAGS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dvertx.disableDnsResolver=true")

# runs in the namespace of a node; each line of input names who is to be waited for, or nobody
WATCHER = """
import json, sys, time, urllib.request
url = sys.argv[1]
for line in sys.stdin:
    victim = line.strip()
    while True:
        with urllib.request.urlopen(url + "/api/v1/mesh", timeout=10) as reply:
            mesh = json.load(reply)
        now = time.monotonic()
        well = not mesh["findings"] and all(p["state"] == "ok" for p in mesh["paths"]) \\
            and all(n["state"] == "up" for n in mesh["nodes"]) \\
            and len(mesh["nodes"]) == int(sys.argv[2])
        if well if not victim else any(
                n["name"] == victim and n["state"] == "down" for n in mesh["nodes"]):
            told = " ".join(f["sentence"] for f in mesh["findings"])
            print(json.dumps([now, told]), flush=True)
            break
        time.sleep(0.02)
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=3, help="3 or more (3)")
    parser.add_argument("--rounds", type=int, default=10, help="deaths of each kind (10)")
    parser.add_argument("--kinds", default="link,kill,stop",
                        help="link: it is cut off without a word; kill: SIGKILL; stop: SIGSTOP")
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if options.nodes < 3 or options.rounds < 1 or not set(
            options.kinds.split(",")) <= {"link", "kill", "stop"}:
        parser.error("expected --nodes of 3 or more, --rounds of 1 or more, --kinds of those listed")
    return options


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}: {done.stderr.strip()}")


class Node:
    """A node in a namespace of its own, which is reached over a bridge in another one."""

    def __init__(self, hub, directory, index, count):
        self.name = chr(ord("a") + index)
        self.space = f"{hub}-{self.name}"
        self.hub = hub
        self.count = count
        self.log = directory / f"{self.name}.log"
        self.config = directory / f"{self.name}.yaml"
        peers = ", ".join(f'"10.78.0.{1 + i}:7800"' for i in range(count))
        self.config.write_text(f"""
node: {{name: {self.name}}}
echo: {{endpoints: [{{name: echo, port: 0}}]}}
mesh: {{enabled: true, host: 10.78.0.{1 + index}, peers: [{peers}], tls: off}}
web: {{enabled: true, port: 8007}}
""")
        run("ip", "netns", "add", self.space)
        run("ip", "-n", hub, "link", "add", f"to-{self.name}", "type", "veth",
            "peer", "name", "eth0", "netns", self.space)
        run("ip", "-n", hub, "link", "set", f"to-{self.name}", "master", "br0", "up")
        run("ip", "-n", self.space, "link", "set", "lo", "up")
        run("ip", "-n", self.space, "addr", "add", f"10.78.0.{1 + index}/24", "dev", "eth0")
        run("ip", "-n", self.space, "link", "set", "eth0", "up")

    def inside(self, *command, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.space, *command],
                                preexec_fn=end_with_parent, **options)

    def start(self):
        with open(self.log, "wb") as log:
            self.process = self.inside("java", *FLAGS, "-jar", str(ECHOMESH_JAR), "node", "--config",
                                       str(self.config), stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_S
        while not re.search(r"web listening on", self.log.read_text(errors="replace")):
            if self.process.poll() is not None or time.monotonic() > until:
                raise BenchError(f"{self.name} did not start: see {self.log}")
            time.sleep(0.1)
        self.watcher = self.inside(sys.executable, "-c", WATCHER, "http://127.0.0.1:8007",
                                   str(self.count), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True)

    def watch(self, victim):
        self.watcher.stdin.write(victim + "\n")
        self.watcher.stdin.flush()

    def told(self):
        line = self.watcher.stdout.readline()
        if not line:
            raise BenchError(f"{self.name} does not answer: see {self.log}")
        return json.loads(line)

    def die(self, kind):
        if kind == "link":
            run("ip", "-n", self.hub, "link", "set", f"to-{self.name}", "down")
        else:
            self.process.send_signal({"kill": 9, "stop": 19}[kind])

    def revive(self, kind):
        if kind == "link":
            run("ip", "-n", self.hub, "link", "set", f"to-{self.name}", "up")
        elif kind == "stop":
            self.process.send_signal(18)
        else:
            self.end()
            self.start()

    def end(self):
        for process in (self.process, self.watcher):
            process.kill()
            process.wait()


@contextlib.contextmanager
def mesh(count):
    hub = f"dying-{os.getpid()}"
    nodes = []
    with tempfile.TemporaryDirectory() as directory:
        try:
            run("ip", "netns", "add", hub)
            run("ip", "-n", hub, "link", "add", "br0", "type", "bridge")
            run("ip", "-n", hub, "link", "set", "br0", "up")
            for index in range(count):
                nodes.append(Node(hub, Path(directory), index, count))
            for node in nodes:
                node.start()
            yield nodes
        finally:
            for node in nodes:
                if hasattr(node, "watcher"):
                    node.end()
                subprocess.run(["ip", "netns", "delete", node.space], check=False)
            subprocess.run(["ip", "netns", "delete", hub], check=False)


def await_health(nodes):
    for node in nodes:
        node.watch("")
    for node in nodes:
        node.told()


def measure(nodes, kind, rounds):
    """Seconds from each death to the matrix of the last of the others."""
    last = []
    for number in range(rounds):
        await_health(nodes)
        # at another phase of the probes each time
        time.sleep(1 + number * 0.37 % 1)
        victim = nodes[number % len(nodes)]
        others = [node for node in nodes if node is not victim]
        for node in others:
            node.watch(victim.name)
        begun = time.monotonic()
        victim.die(kind)
        told = [node.told() for node in others]
        last.append(max(at for at, sentence in told) - begun)
        say(f"  {kind} {victim.name}: " + ", ".join(
            f"{node.name} {at - begun:.2f} s" for node, (at, sentence) in zip(others, told)) +
            f"; {told[0][1]}")
        victim.revive(kind)
    await_health(nodes)
    return last


def program():
    options = arguments()
    build_echomesh()
    warn_if_busy()
    figures = {}
    with mesh(options.nodes) as nodes:
        for kind in options.kinds.split(","):
            figures[kind] = summary(measure(nodes, kind, options.rounds))
    missed = False
    for kind, figure in figures.items():
        missed |= figure["max"] > LIMIT_S
        say(f"{kind}: down in all other matrices after {figure['min']:.2f} to {figure['max']:.2f} s, "
            f"median {figure['median']:.2f} s (target: at most {LIMIT_S} s)")
    if options.json:
        Path(options.json).write_text(json.dumps(figures))
    return 1 if missed else 0


if __name__ == "__main__":
    main(program)
