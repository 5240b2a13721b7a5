#!/usr/bin/env python3
"""One node for minutes or hours under good and bad peers, kills and reloads; see README.md."""

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

import attacks
from harness import (ECHOMESH_JAR, OUT, BenchError, build_echomesh, free_port, leave_the_network,
                     main, say, servers, warn_if_busy)

NAMES = ("honest", "stream", "framed", "tls", "faulty", "extra")
FORGOTTEN_AFTER_S = 65  # the node keeps the counters of ended connections for 60 s
SLACK = {"heap": 8 << 20, "direct": 24 << 20, "handles": 3, "threads": 3}
FAULTS = ("delay: 5ms, jitter: 5ms", "drop: 1/5", "corrupt: 1%", "closeAfter: 1000",
          "resetAfter: 5000", "onAccept: silent", "onAccept: stop-reading", "segment: 7", "swap: 1/3")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of peers at work (60)")
    parser.add_argument("--warmup", type=float, default=40,
                        help="seconds of the same before the first measurement (40)")
    parser.add_argument("--pause", type=float, default=0.5,
                        help="seconds without a bad peer between two of them (0.5)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if options.minutes <= 0 or options.warmup < 0 or options.pause < 0:
        parser.error("--minutes: expected more than 0; --warmup, --pause: expected 0 or more")
    return options


def context():
    """Of TLS clients; whom the certificate names is not what this is about."""
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def exchange(port, rng, tls=None):
    """Sends up to 1 MiB, ends its half, and compares what comes back; the bytes, or why not."""
    data = rng.randbytes(rng.choice((1, 64, 1000, 65536, 1 << 20)))
    with socket.create_connection(("127.0.0.1", port), 60) as plain:
        one = tls.wrap_socket(plain) if tls else plain
        got = bytearray()
        # in pieces that no buffer on the way is too small for: this client is one thread
        for at in range(0, len(data), 32768):
            piece = data[at:at + 32768]
            one.sendall(piece)
            while len(got) < at + len(piece):
                more = one.recv(65536)
                if not more:
                    return f"ended after {len(got)} of {len(data)} bytes"
                got += more
        if not tls:
            one.shutdown(socket.SHUT_WR)
            got += one.recv(1)
    return len(data) if bytes(got) == data else f"other bytes than the {len(data)} sent"


def good_peer(ports, seed, done, wrong):
    """Exchanges for ever; counts what was exact, keeps the first thing that was not."""
    rng = random.Random(seed)
    tls = context()
    while True:
        name = rng.choice(("honest", "honest", "tls"))
        try:
            result = exchange(ports[name], rng, tls if name == "tls" else None)
        except OSError as error:
            result = f"{type(error).__name__}: {error}"
        with done.get_lock():
            if isinstance(result, int):
                done[0] += 1
                done[1] += result
            else:
                done[2] += 1
                wrong.value = wrong.value or f"{name}: {result}".encode()[:400]
        time.sleep(rng.uniform(0, 0.1))


def ill_peer(ports):
    """A client of the endpoint that misbehaves: whatever comes of it is fine."""
    rng = random.Random()
    while True:
        with contextlib.suppress(OSError), attacks.client(ports["faulty"]) as one:
            attacks.offer(one, rng.randbytes(20_000))
            time.sleep(rng.uniform(0, 0.2))


BAD = {name: attack for name, attack in attacks.ATTACKS.items() if attack}
BAD["clients of a faulty endpoint"] = ill_peer


def bad_peer(attack, ports):
    os.nice(10)
    attacks.persist(attack, ports)


class Config:
    """The node's file, as it is changed while the node runs."""

    def __init__(self, ports, certificate, key, web_port):
        self.file = OUT / "soak.yaml"
        self.ports = ports
        self.tls = f"{{certFile: {certificate}, keyFile: {key}}}"
        self.web_port = web_port
        self.write(extra=False, most=400, faults=FAULTS[0])

    def write(self, extra, most, faults):
        lines = [f"- {{name: honest, port: {self.ports['honest']}}}",
                 f"- {{name: stream, port: {self.ports['stream']}, maxConnections: {most},"
                 " stallTimeout: 2s, idleTimeout: 20s}",
                 f"- {{name: framed, port: {self.ports['framed']}, mode: framed,"
                 f" frameLength: 1MiB, maxConnections: {most}, idleTimeout: 20s}}",
                 f"- {{name: tls, port: {self.ports['tls']}, tls: {self.tls}}}",
                 f"- {{name: faulty, port: {self.ports['faulty']}, idleTimeout: 5s,"
                 f" faults: {{{faults}}}}}"]
        if extra:
            lines.append(f"- {{name: extra, port: {self.ports['extra']}}}")
        text = (f"web: {{enabled: true, port: {self.web_port}}}\n"
                "echo:\n  maxBuffered: 32MiB\n  drainTimeout: 5s\n  endpoints:\n    "
                + "\n    ".join(lines) + "\n")
        new = self.file.with_suffix(".new")
        new.write_text(text)
        new.rename(self.file)


def ask(web_port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/api/v1/{path}", timeout=30) as answer:
        return json.load(answer)


def endpoints(web_port):
    return {each["name"]: each for each in ask(web_port, "endpoints")["endpoints"]}


def await_all(node, web_port):
    """The API is the last thing that a node opens."""
    node.await_ready()
    deadline = time.monotonic() + 150
    while True:
        try:
            return endpoints(web_port)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def resources(pid):
    """What the node holds now, garbage left out."""
    attacks.jcmd(pid, "GC.run")
    time.sleep(1)
    heap, direct = attacks.memory(pid)
    status = Path(f"/proc/{pid}/status").read_text()
    return {"heap": heap, "direct": direct, "handles": len(os.listdir(f"/proc/{pid}/fd")),
            "threads": int(re.search(r"Threads:\s+(\d+)", status).group(1)),
            "resident": int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024}


class Peers:
    """The processes that use and attack the node."""

    def __init__(self, ports, rng):
        self.ports = ports
        self.rng = rng
        self.done = multiprocessing.Array("q", 3)
        self.wrong = multiprocessing.Array("c", 400)
        self.good = []
        self.bad = {}
        self.killed = 0

    def start_good(self):
        peer = multiprocessing.Process(
            target=good_peer, daemon=True,
            args=(self.ports, self.rng.randrange(1 << 32), self.done, self.wrong))
        peer.start()
        self.good.append(peer)

    def start_bad(self, name):
        peer = multiprocessing.Process(target=bad_peer, args=(BAD[name], self.ports), daemon=True)
        peer.start()
        self.bad[name] = peer

    def kill_bad(self, name):
        self.kill(self.bad.pop(name))

    def kill_a_good_one(self):
        # not inside the counters, which would stay locked
        with self.done.get_lock():
            self.kill(self.good.pop(0))
        self.start_good()

    def kill(self, peer):
        peer.kill()
        peer.join()
        self.killed += 1

    def end(self):
        with self.done.get_lock():
            for peer in self.good:
                peer.kill()
        for peer in [*self.good, *self.bad.values()]:
            peer.kill()
            peer.join()
        self.good.clear()
        self.bad.clear()


def test_command(port, rng):
    return subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", "-jar", str(ECHOMESH_JAR), "test", f"127.0.0.1:{port}",
         "--mode", rng.choice(("ping", "stream", "connect")), "--duration", "3s", "--quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def disturb(node, peers, config, rng, seconds, pause, counts):
    """Lets peers come, go and be killed, and the configuration change, for so long."""
    end = time.monotonic() + seconds
    told = time.monotonic()
    test = None
    while time.monotonic() < end:
        if node.process.poll() is not None:
            raise BenchError(f"the node ended with {node.process.returncode}: {node.last_words()}")
        for name in rng.sample(sorted(BAD), 2):
            peers.start_bad(name)
            counts["attacks"] += 1
        if rng.random() < 0.3:
            config.write(rng.random() < 0.5, rng.choice((50, 400)), rng.choice(FAULTS))
            counts["reloads"] += 1
        if rng.random() < 0.3:
            peers.kill_a_good_one()
        if test is None and rng.random() < 0.15:
            test = test_command(peers.ports["honest"], rng)
        time.sleep(rng.uniform(1, 4))
        if test is not None and rng.random() < 0.5:
            test.kill() if rng.random() < 0.5 else test.wait(120)
            counts["tests killed" if test.wait() == -signal.SIGKILL else
                   "tests passed" if test.returncode == 0 else "tests failed"] += 1
            test = None
        for name in list(peers.bad):
            peers.kill_bad(name)
        time.sleep(pause)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            say(f"{(end - told) / 60:5.1f} min left: {peers.done[0]:,} exchanges exact, "
                f"{peers.done[2]:,} not, {counts['attacks']:,} attacks, "
                f"{counts['reloads']:,} reloads")
    if test is not None:
        test.kill()
        test.wait()
        counts["tests killed"] += 1


def settle(web_port):
    """Waits until every connection is gone and its counters are forgotten."""
    deadline = time.monotonic() + 60
    while any(each["connections"] for each in endpoints(web_port).values()):
        if time.monotonic() > deadline:
            left = {name: each["connections"] for name, each in endpoints(web_port).items()}
            raise BenchError(f"connections are left a minute after their clients: {left}")
        time.sleep(0.5)
    time.sleep(FORGOTTEN_AFTER_S)
    ask(web_port, "connections?client=127.0.0.1:1")


def balance(web_port):
    """Endpoints whose bytes do not add up: all that came was sent back or counted as cut."""
    wrong = []
    for name, each in endpoints(web_port).items():
        owed = each["bytesReceived"] - each["bytesSent"] - each["cut"]
        # the beginnings of records are not owed; what a fault does with bytes is its own affair
        if name in ("honest", "stream", "tls", "extra") and owed:
            wrong.append(f"{name}: {owed:,} bytes neither sent back nor cut")
        if each["ended"].get("failure"):
            wrong.append(f"{name}: {each['ended']['failure']} connections ended by a defect")
    return wrong


def soak():
    options = arguments()
    OUT.mkdir(parents=True, exist_ok=True)
    build_echomesh()
    leave_the_network()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    load = warn_if_busy()
    rng = random.Random(options.seed)
    ports = {}
    while len(set(ports.values())) < len(NAMES) + 1:
        ports = {name: free_port() for name in (*NAMES, "web")}
    certificate, key = attacks.certificate()
    config = Config(ports, certificate, key, ports["web"])
    say(f"seed {options.seed}")
    counts = dict.fromkeys(
        ("attacks", "reloads", "tests passed", "tests failed", "tests killed"), 0)
    with servers() as start:
        node = start("soaked", ["java", "-Xmx192m", "-XX:NativeMemoryTracking=summary", "-jar",
                                str(ECHOMESH_JAR), "node", "--config", str(config.file)],
                     ports["honest"])
        peers = Peers(ports, rng)
        try:
            await_all(node, ports["web"])
            for warm, seconds in ((True, options.warmup), (False, options.minutes * 60)):
                for _ in range(3):
                    peers.start_good()
                disturb(node, peers, config, rng, seconds, options.pause, counts)
                peers.end()
                config.write(extra=False, most=400, faults=FAULTS[0])
                settle(ports["web"])
                if warm:
                    before = resources(node.pid)
                    say(f"before: {told(before)}")
                after = resources(node.pid)
        except OSError as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                node.process.wait(5)
            raise BenchError(f"the node does not answer ({error}), its exit code is "
                             f"{node.process.returncode}: {node.last_words()}") from error
        finally:
            peers.end()
        say(f"after:  {told(after)}")
        wrong = balance(ports["web"])
        log = node.log.read_text(errors="replace")
        node.process.terminate()
        try:
            if node.process.wait(30) != 0:
                wrong.append(f"the node ended with {node.process.returncode}")
        except subprocess.TimeoutExpired:
            wrong.append("the node did not end within 30 s of SIGTERM")
    if peers.done[2]:
        wrong.append(f"{peers.done[2]:,} exchanges of good peers were not exact, the first: "
                     f"{peers.wrong.value.decode(errors='replace')}")
    if counts["tests failed"]:
        wrong.append(f"{counts['tests failed']} tests failed")
    for what, slack in SLACK.items():
        if after[what] > before[what] + slack:
            wrong.append(f"{what}: {after[what]:,} after, {before[what]:,} before "
                         f"(expected at most {slack:,} more)")
    errors = [line for line in log.splitlines() if " ERROR " in line or "Exception" in line]
    if errors:
        wrong.append(f"{len(errors)} errors in the log, the first: {errors[0]}")
    say(f"{options.minutes:g} minutes: {peers.done[0]:,} exchanges with {peers.done[1]:,} bytes "
        f"each way were exact, {counts['attacks']:,} attacks, {peers.killed:,} peers killed, "
        f"{counts['reloads']:,} reloads, tests: {counts['tests passed']} passed, "
        f"{counts['tests killed']} killed; {len(log) / 1024:,.0f} KiB of log")
    for problem in wrong:
        say(f"wrong: {problem}")
    say("FAIL" if wrong else "PASS")
    if options.json:
        Path(options.json).write_text(json.dumps(
            {"minutes": options.minutes, "seed": options.seed, "load_average_before": load,
             "before": before, "after": after, "counts": counts, "exchanges": list(peers.done),
             "wrong": wrong}, indent=1))
    return 1 if wrong else 0


def told(held):
    return (f"{held['heap'] / 2**20:.1f} MiB of heap, {held['direct'] / 2**20:.1f} MiB direct, "
            f"{held['resident'] / 2**20:.0f} MiB resident, {held['handles']} handles, "
            f"{held['threads']} threads")


if __name__ == "__main__":
    main(soak)
