#!/usr/bin/env python3
"""What the web port costs: the page, a scrape at 1,000 paths, ten open consoles; see README.md."""

import argparse
import base64
import contextlib
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.request

from harness import (ECHOMESH_JAR, OUT, BenchError, build_echomesh, free_port, leave_the_network,
                     main, say, servers, spread, summary, warn_if_busy)

TICKS = os.sysconf("SC_CLK_TCK")
LIMITS = {"page usable, ms": 1000, "page transferred, KiB": 300,
          "scrape at 1,000 paths, ms of CPU": 50, "ten consoles, % of a core": 5}
USABLE = """new MutationObserver(() => {
  if (!window.usable && document.querySelector('#content .say') && document.querySelector('#node').textContent)
    window.usable = performance.now();
}).observe(document, {subtree: true, childList: true, characterData: true});"""
LOOK = """JSON.stringify({usable: window.usable ?? null, bytes: [...performance.getEntriesByType('navigation'),
  ...performance.getEntriesByType('resource')].reduce((sum, each) => sum + each.transferSize, 0)})"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scrapes", type=int, default=100, help="in each round")
    parser.add_argument("--seconds", type=int, default=20, help="with the consoles open, each round")
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    return parser.parse_args()


class WebSocket:
    """As much of RFC 6455 as is needed: text frames from here, any whole frame from there."""

    def __init__(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                             f"Sec-WebSocket-Key: {key}\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        if b" 101 " not in self.stream.readline():
            raise BenchError(f"{path}: no WebSocket")
        while self.stream.readline().strip():
            pass

    def send(self, message):
        data = json.dumps(message).encode()
        mask = os.urandom(4)
        length = struct.pack("!BB", 0x81, 0x80 | len(data)) if len(data) < 126 else \
            struct.pack("!BBH", 0x81, 0x80 | 126, len(data))
        self.socket.sendall(length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """The payload of the next frame."""
        length = self.exactly(2)[1]
        if length == 126:
            length = struct.unpack("!H", self.exactly(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self.exactly(8))[0]
        return self.exactly(length)

    def exactly(self, length):
        data = self.stream.read(length)
        if len(data) < length:
            raise EOFError
        return data

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Console:
    """An open page: follows the mesh, pings, takes whatever comes."""

    def __init__(self, port):
        self.port = port
        for path in ("/", "/api/v1/node", "/api/v1/mesh"):
            get(port, path)
        self.bus = WebSocket(port, "/eventbus/websocket")
        self.bus.send({"type": "register", "address": "echomesh.mesh.changes", "headers": {}})
        self.received = 0
        self.open = True
        for job in (self.listen, self.ping):
            threading.Thread(target=job, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError, EOFError, ValueError):
            while True:
                self.received += len(self.bus.receive())

    def ping(self):
        with contextlib.suppress(OSError):
            while self.open:
                self.bus.send({"type": "ping"})
                time.sleep(5)

    def close(self):
        self.open = False
        self.bus.close()


class Page:
    """A Chromium that is led by its DevTools protocol."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={directory}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = next((each for each in self.process.stderr if "DevTools listening" in each), None)
        if line is None:
            raise BenchError("chromium: does not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        port = int(re.search(r":(\d+)/", line).group(1))
        request = urllib.request.Request(f"http://127.0.0.1:{port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request, timeout=30) as reply:
            url = json.load(reply)["webSocketDebuggerUrl"]
        self.tools = WebSocket(port, url[url.index("/devtools"):])
        self.asked = 0
        self.call("Page.enable")
        self.call("Network.enable")
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=USABLE)

    def call(self, method, **parameters):
        self.asked += 1
        self.tools.send({"id": self.asked, "method": method, "params": parameters})
        while True:
            answer = json.loads(self.tools.receive())
            if answer.get("id") == self.asked:
                return answer["result"]

    def load(self, url):
        """Milliseconds until something can be read and clicked, and bytes until then."""
        self.call("Page.navigate", url=url)
        for _ in range(600):
            seen = self.call("Runtime.evaluate", expression=LOOK)["result"].get("value")
            seen = json.loads(seen) if seen else {"usable": None}
            if seen["usable"]:
                return seen["usable"], seen["bytes"] / 1024
            time.sleep(0.05)
        raise BenchError("the page was not usable within 30 s")

    def close(self):
        self.tools.close()
        self.process.terminate()
        self.process.wait()


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as reply:
        return reply.read()


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_of(pid, job):
    """CPU seconds of the process while a job is done, and the seconds that it took."""
    before, began = cpu_seconds(pid), time.monotonic()
    job()
    return cpu_seconds(pid) - before, time.monotonic() - began


def start_node(start, name, probes, every):
    echo, web = free_port(), free_port()
    config = OUT / f"{name}.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    paths = "".join(f'  - {{name: p{i}, every: {every}, target: "127.0.0.1:{echo}"}}\n'
                    for i in range(probes))
    config.write_text(f"echo: {{endpoints: [{{name: echo, port: {echo}}}]}}\n"
                      f"web: {{enabled: true, port: {web}}}\nmetrics: {{enabled: true}}\n"
                      f"probes:\n{paths}")
    node = start(name, ["java", "-jar", str(ECHOMESH_JAR), "node", "--config", str(config)], web)
    node.await_ready()
    return node


def scrape_millis(node, scrapes):
    """CPU of one scrape, less what the node does anyway in that time."""
    busy, took = cpu_of(node.pid, lambda: [get(node.port, "/metrics") for _ in range(scrapes)])
    idle, waited = cpu_of(node.pid, lambda: time.sleep(max(5.0, took)))
    return max(0.0, busy - idle * took / waited) / scrapes * 1000


def consoles_percent(node, seconds):
    """CPU of ten open pages, less what the node does without them."""
    alone, waited = cpu_of(node.pid, lambda: time.sleep(seconds))
    consoles = [Console(node.port) for _ in range(10)]
    time.sleep(2)
    watched, took = cpu_of(node.pid, lambda: time.sleep(seconds))
    if any(console.received == 0 for console in consoles):
        raise BenchError("a console heard nothing of the mesh")
    for console in consoles:
        console.close()
    return max(0.0, watched / took - alone / waited) * 100


def bench():
    options = arguments()
    build_echomesh()
    leave_the_network()
    warn_if_busy()
    values = {name: [] for name in LIMITS}
    with servers() as start:
        large = start_node(start, "thousand-paths", 1000, "60s")
        small = start_node(start, "twenty-paths", 20, "1s")
        for _ in range(300):
            get(large.port, "/metrics")
        for _ in range(options.rounds):
            values["scrape at 1,000 paths, ms of CPU"].append(scrape_millis(large, options.scrapes))
            values["ten consoles, % of a core"].append(consoles_percent(small, options.seconds))
        if shutil.which("chromium"):
            with tempfile.TemporaryDirectory() as directory, \
                    contextlib.closing(Page(directory)) as page:
                for _ in range(options.rounds):
                    millis, kib = page.load(f"http://127.0.0.1:{small.port}/")
                    values["page usable, ms"].append(millis)
                    values["page transferred, KiB"].append(kib)
        else:
            say("chromium: not found, the page is left out")
    results = {name: summary(each) for name, each in values.items() if each}
    for name, each in results.items():
        word = "met" if each["median"] < LIMITS[name] else "missed"
        say(f"{word:8}{name}: {spread(each, 1)}, target < {LIMITS[name]}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    return 1 if any(each["median"] >= LIMITS[name] for name, each in results.items()) else 0


if __name__ == "__main__":
    main(bench)
