"""What an attack costs an honest client, and what a connection costs the node."""

import argparse
import collections
import json
import multiprocessing
import os
import re
import resource
import socket
import ssl
import struct
import subprocess
import time

from harness import (ECHOMESH_JAR, OUT, BenchError, build_echomesh, free_port, main, run, say,
                     servers, warn_if_busy)

GARBAGE = os.urandom(65536)
CLIENT_TLS = ssl.create_default_context()
CLIENT_TLS.check_hostname = False
CLIENT_TLS.verify_mode = ssl.CERT_NONE


def hello():
    """What a client of TLS begins with."""
    sent = ssl.MemoryBIO()
    try:
        CLIENT_TLS.wrap_bio(ssl.MemoryBIO(), sent).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


HELLO = hello()


def client(port, small=False):
    one = socket.socket()
    if small:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(5)
    one.connect(("127.0.0.1", port))
    one.setblocking(False)
    return one


def offer(one, data):
    try:
        one.send(data)
    except OSError:
        pass  # full, or ended by the node: both are its right


def slowloris(ports):
    held = []
    while len(held) < 1000:
        held.append(client(ports["stream"]))
        offer(held[-1], b"x")
    while True:
        for one in held:
            offer(one, b"x")
        time.sleep(1)


def flood(ports):
    while True:
        client(ports["stream"]).close()


def reset_storm(ports):
    while True:
        one = client(ports["stream"])
        offer(one, GARBAGE)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()


def never_reads(ports):
    held = []
    while True:
        if len(held) < 500:
            held.append(client(ports["stream"], small=True))
        for one in held[-20:]:
            offer(one, GARBAGE)
        time.sleep(0.01)


def garbage(endpoint):
    def attack(ports):
        while True:
            one = client(ports[endpoint])
            offer(one, GARBAGE)
            one.close()
    return attack


def tls_hellos(ports):
    """Handshakes that are begun and not gone on with."""
    held = collections.deque()
    while True:
        held.append(client(ports["tls"]))
        offer(held[-1], HELLO)
        if len(held) > 5000:
            held.popleft().close()


def tls_handshakes(ports):
    while True:
        with socket.create_connection(("127.0.0.1", ports["tls"]), 5) as one:
            CLIENT_TLS.wrap_socket(one).close()


ATTACKS = {"none": None, "slowloris": slowloris, "flood": flood, "reset-storm": reset_storm,
           "never-reads": never_reads, "garbage-framed": garbage("framed"),
           "garbage-tls": garbage("tls"), "tls-hellos": tls_hellos,
           "tls-handshakes": tls_handshakes}


def persist(attack, ports):
    while True:
        try:
            attack(ports)
        except OSError:
            time.sleep(0.01)  # refused, or out of ports for a moment


def certificate():
    """A certificate and its key, made once."""
    key = OUT / "attacks.key"
    made = OUT / "attacks.crt"
    if not made.exists():
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365",
             "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(made)])
    return made, key


def node(start, ports, heap):
    chain, key = certificate()
    config = OUT / "attacks.yaml"
    config.write_text(f"""echo:
  endpoints:
    - {{name: honest, port: {ports['honest']}}}
    - {{name: stream, port: {ports['stream']}, maxConnections: 20000}}
    - {{name: framed, port: {ports['framed']}, mode: framed, frameLength: 1MiB}}
    - {{name: tls, port: {ports['tls']}, tls: {{certFile: {chain}, keyFile: {key}}}}}
""")
    server = start("attacked", ["java", f"-Xmx{heap}", "-XX:NativeMemoryTracking=summary", "-jar",
                                str(ECHOMESH_JAR), "node", "--config", str(config)],
                   ports["honest"])
    server.await_ready()
    return server


def probe(port, seconds):
    """p99 of an honest client's round trip in microseconds, from the intended send time."""
    done = subprocess.run(
        ["java", "-jar", str(ECHOMESH_JAR), "test", f"127.0.0.1:{port}", "--mode", "rate", "--rate",
         "500", "--connections", "5", "--duration", f"{seconds}s", "--output", "json", "--quiet"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise BenchError(f"the probe ended with {done.returncode}: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    return report["rtt"]["p99Micros"], report["verdict"], report["trust"]["ok"]


def under_attack(name, seconds, rounds):
    ports = {each: free_port() for each in ("honest", "stream", "framed", "tls")}
    p99s = []
    with servers() as start:
        server = node(start, ports, "512m")
        attacker = None
        if ATTACKS[name]:
            attacker = multiprocessing.Process(
                target=persist, args=(ATTACKS[name], ports), daemon=True)
            attacker.start()
        try:
            for _ in range(rounds):
                p99, verdict, trusted = probe(ports["honest"], seconds)
                p99s.append(p99)
                if verdict != "pass":
                    raise BenchError(f"{name}: the honest client's probes failed")
                if not trusted:
                    say(f"{name}: the tester itself was starved, its figure says little")
            if server.process.poll() is not None:
                raise BenchError(f"{name}: the node ended: {server.last_words()}")
        finally:
            if attacker:
                attacker.kill()
                attacker.join()
    return sorted(p99s)[len(p99s) // 2]


def jcmd(pid, what):
    return subprocess.run(["jcmd", str(pid), *what.split()], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def memory(pid):
    """Bytes of live heap, and of direct memory."""
    jcmd(pid, "GC.run")
    heap = sum(int(kb) for kb in re.findall(r"total (?:reserved \d+K, committed )?\d+K, used (\d+)K",
                                            jcmd(pid, "GC.heap_info")))
    other = re.search(r"Other \(.*committed=(\d+)KB", jcmd(pid, "VM.native_memory summary"))
    return heap * 1024, int(other.group(1)) * 1024 if other else 0


def per_connection(stalled, count):
    """Bytes of heap and of direct memory for each connection."""
    ports = {each: free_port() for each in ("honest", "stream", "framed", "tls")}
    with servers() as start:
        server = node(start, ports, "1g")
        before = memory(server.pid)
        held = []
        for _ in range(count):
            one = client(ports["stream"], small=stalled)
            one.setblocking(True)
            one.sendall(b"x")
            one.recv(1)
            one.setblocking(False)
            held.append(one)
        if stalled:
            # until no connection takes another byte; echo.maxBuffered may end some
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                for one in held:
                    offer(one, GARBAGE)
        after = memory(server.pid)
        for one in held:
            one.close()
    return [(now - then) / count for now, then in zip(after, before)]


def attacks():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=10, help="of each probe (10)")
    arguments.add_argument("--rounds", type=int, default=5, help="of each attack (5)")
    arguments.add_argument("--idle", type=int, default=10_000, help="idle connections (10000)")
    arguments.add_argument("--stalled", type=int, default=500, help="stalled ones (500)")
    arguments.add_argument("--only", choices=list(ATTACKS), action="append",
                           help="this attack, beside none; repeatable")
    options = arguments.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    build_echomesh()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    warn_if_busy()
    chosen = ["none", *(options.only or [name for name in ATTACKS if name != "none"])]
    calm = None
    for name in dict.fromkeys(chosen):
        p99 = under_attack(name, options.seconds, options.rounds)
        calm = calm or p99
        say(f"{name:16} p99 {p99:>9,.0f} us  {p99 / calm:6.2f} times that without an attack")
    for stalled, count in ((False, options.idle), (True, options.stalled)):
        if count:
            heap, direct = per_connection(stalled, count)
            say(f"{'stalled' if stalled else 'idle':16} {count:,} connections: {heap:,.0f} B of "
                f"heap and {direct:,.0f} B of direct memory each")
    return 0


if __name__ == "__main__":
    main(attacks)
