"""What echo.py and startup.py share: building the references, starting and ending servers."""

import contextlib
import ctypes
import fcntl
import os
import random
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "src" / "bench"
OUT = ROOT / "target" / "bench"
ECHOMESH_JAR = ROOT / "target" / "echomesh.jar"
REFERENCE_JAR = OUT / "reference.jar"
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_PDEATHSIG = 0x10000000, 0x40000000, 1


class BenchError(Exception):
    """Something the person at the keyboard can put right: printed as one line."""


def say(text=""):
    print(text, flush=True)


def build_c():
    OUT.mkdir(parents=True, exist_ok=True)
    for source in sorted((BENCH / "c").glob("*.c")):
        program = OUT / source.stem
        if not is_newer(program, [source]):
            run(["cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
                 "-o", str(program), str(source), "-lm"])


def build_reference():
    """Builds the Java references against the Vert.x of the product."""
    sources = [BENCH / "java" / "pom.xml", ROOT / "pom.xml", *(BENCH / "java").rglob("*.java")]
    if not is_newer(REFERENCE_JAR, sources):
        run(["mvn", "-q", "-B", "-f", str(BENCH / "java" / "pom.xml"),
             f"-Dvertx.version={product_property('vertx.version')}", "package"])


def build_echomesh():
    if not ECHOMESH_JAR.exists():
        run(["mvn", "-q", "-B", "-f", str(ROOT / "pom.xml"), "-DskipTests", "package"])


def product_property(name):
    namespace = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = xml.etree.ElementTree.parse(ROOT / "pom.xml")
    return pom.find(f"m:properties/m:{name}", namespace).text


def is_newer(product, sources):
    return product.exists() and all(
        product.stat().st_mtime >= source.stat().st_mtime for source in sources)


def run(command):
    if shutil.which(command[0]) is None:
        raise BenchError(f"{command[0]}: not found on the PATH")
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}: exit code {done.returncode}")


def node_command(port):
    return ["java", "-jar", str(ECHOMESH_JAR), "node",
            "--set", "echo.instances=1",
            "--set", f"echo.endpoints[0].port={port}",
            "--set", "node.transport=epoll"]


def leave_the_network():
    """Moves this process and its children to a network of their own, where only loopback exists.

    Netty's example listens on every address and has no option for it. Returns False where the
    kernel does not allow it.
    """
    if LIBC.unshare(CLONE_NEWNET) != 0 and LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    get_flags, set_flags, up = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        answer = fcntl.ioctl(control, get_flags, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", answer)[1]
        fcntl.ioctl(control, set_flags, struct.pack("16sh22x", b"lo", flags | up))
    return True


def warn_if_busy():
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f"this machine is not idle (load average {load:.1f}): expect wide spreads")
    return load


def free_port():
    """A port below the ephemeral range: a probe of it cannot connect to itself."""
    while True:
        port = random.randrange(20000, 32000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """A server process; it is ready when its port accepts a connection."""

    def __init__(self, name, command, port, cpu=None):
        pin = [] if cpu is None else ["taskset", "-c", str(cpu)]
        self.name = name
        self.port = port
        self.log = OUT / f"{name}.log"
        with open(self.log, "wb") as log:
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                pin + command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent)

    @property
    def pid(self):
        return self.process.pid

    def await_ready(self, patience=30.0):
        """Returns the seconds from its start to the first connection accepted."""
        while time.monotonic() - self.started < patience:
            if self.process.poll() is not None:
                raise BenchError(f"{self.name}: ended with exit code {self.process.returncode} "
                                 f"before it listened on {self.port}: {self.last_words()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return time.monotonic() - self.started
            time.sleep(0.001)
        raise BenchError(f"{self.name}: nothing listens on {self.port} after {patience:.0f} s: "
                         f"{self.last_words()}")

    def last_words(self):
        lines = self.log.read_text(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()),
                    "it printed nothing")

    def await_end(self):
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def servers():
    """Yields a function that starts servers; all of them are ended whatever happens."""
    running = []

    def start(*args, **kwargs):
        running.append(Server(*args, **kwargs))
        return running[-1]

    try:
        yield start
    finally:
        for server in running:
            server.process.terminate()
        for server in running:
            server.await_end()


def main(program):
    """Runs a script's main: SIGTERM unwinds like Ctrl-C, a BenchError is one line."""
    def terminated(signum, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, terminated)
    signal.signal(signal.SIGINT, terminated)
    try:
        sys.exit(program())
    except BenchError as error:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "values": values}


def spread(stats, digits):
    return f"{stats['median']:,.{digits}f} ({stats['min']:,.{digits}f}..{stats['max']:,.{digits}f})"


def verdict(what, subject, reference, limit, at_most):
    """Judges a ratio of medians against its limit.

    Rounds are interleaved, so round i of both ran within the same seconds: where the limit lies
    inside the range of the ratios round by round, the rounds do not settle it and the line says so.
    """
    ratio = subject["median"] / reference["median"]
    by_round = [a / b for a, b in zip(subject["values"], reference["values"])]
    met = ratio <= limit if at_most else ratio >= limit
    unsettled = min(by_round) < limit < max(by_round)
    word = ("met" if met else "missed") + (", within the spread" if unsettled else "")
    return {"what": what, "ratio": ratio, "limit": limit, "at_most": at_most,
            "ratios_by_round": by_round, "met": met, "unsettled": unsettled,
            "line": f"{word:26}{what}: {ratio:.2f} "
                    f"(rounds {min(by_round):.2f}..{max(by_round):.2f}, target {'<=' if at_most else '>='} {limit:g})"}
