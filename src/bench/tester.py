#!/usr/bin/env python3
"""The tester against sockperf, iperf, iperf3 and a C load client; see README.md."""

import argparse
import json
import re
import shutil
import subprocess
import time

from harness import (OUT, ROOT, BenchError, build_c, build_echomesh, free_port, leave_the_network,
                     main, say, servers, spread, summary, verdict, warn_if_busy)

SERVER_CPU = 0
CLIENT_CPU = 1
WARMUP_S = 10  # on one core the JVM's compilers take 5 s of it from the event loop
HEAP_MB = 48
RATES = [10_000, 20_000, 30_000, 40_000, 50_000, 75_000, 100_000, 150_000]
MOST_LAG_US = 1000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--quick", action="store_true",
                        help="one short round, to see that everything runs; proves nothing")
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    if options.rounds < 1 or not 1 <= options.seconds <= 60:
        parser.error("--rounds: expected 1 or more; --seconds: expected 1 to 60")
    return options


def run(command, seconds, pinned=True):
    pin = ["taskset", "-c", str(CLIENT_CPU)] if pinned else []
    return subprocess.run(pin + command, capture_output=True, text=True, timeout=seconds + 60,
                          cwd=ROOT)


def flat_heap(port, frames):
    """Runs so many frames in a heap that could not remember them; how much was used after each GC."""
    log = OUT / "tester-gc.log"
    done = run(["java", f"-Xmx{HEAP_MB}m", f"-Xlog:gc:file={log}", "-jar",
                str(ROOT / "target/echomesh.jar"), "test", f"127.0.0.1:{port}", "--mode", "stream",
                "--window", "256", "--count", str(frames), "--duration", "10m", "--output", "json"],
               120)
    if done.returncode != 0:
        raise BenchError(f"{frames:,} frames in {HEAP_MB} MB: {(done.stderr or done.stdout)[-300:]}")
    after = [int(used) for used in re.findall(r"->(\d+)M\(", log.read_text())]
    half = len(after) // 2
    say(f"\n{frames:,} frames in {HEAP_MB} MB of heap: after collections at most "
        f"{max(after[:half], default=0)} MB in the first half, "
        f"{max(after[half:], default=0)} MB in the second")


def echomesh(port, seconds, *choices, pinned=True):
    """The report of a test; a run that does not pass is an error."""
    done = run(["java", "-jar", str(ROOT / "target/echomesh.jar"), "test", f"127.0.0.1:{port}",
                "--duration", f"{int(seconds * 1000)}ms", "--warmup", f"{WARMUP_S}s", "--output", "json",
                *choices], seconds + WARMUP_S, pinned)
    if done.returncode not in (0, 1) or not done.stdout:
        raise BenchError(f"echomesh: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    if report["verdict"] != "pass":
        raise BenchError(f"echomesh: {report['reasons']}")
    return report


def open_loop(port, seconds, rate):
    """Not pinned: the JVM's own threads go where the event loop is not, as on any machine."""
    return echomesh(port, seconds, "--mode", "rate", "--rate", str(rate), pinned=False)


def c_client(port, connections, frame_length, seconds):
    done = run([str(OUT / "load_client"), "127.0.0.1", str(port), str(connections),
                str(frame_length), str(seconds), "1", "--verify"], seconds)
    if done.returncode != 0:
        raise BenchError(f"C client: {(done.stderr or done.stdout).strip()}")
    return json.loads(done.stdout)


def sockperf(port, seconds):
    done = run(["sockperf", "ping-pong", "-i", "127.0.0.1", "-p", str(port), "--tcp", "-m", "64",
                "--full-rtt", "-t", str(int(seconds))], seconds)
    found = re.search(r"percentile 50\.000\s*=\s*([0-9.]+)", done.stdout)
    if not found:
        raise BenchError(f"sockperf: {done.stdout.strip()[-200:]}")
    return float(found.group(1))


def iperf_bounceback(port, seconds):
    """The mean; iperf tells no percentiles."""
    done = run(["iperf", "-c", "127.0.0.1", "-p", str(port), "--bounceback", "-l", "64",
                "--bounceback-period", "0", "-t", str(int(seconds))], seconds)
    found = re.search(r"BB8?\(?.*?=\s*\d+/([0-9.]+)/[0-9.]+/", done.stdout.replace("ms", ""))
    found = found or re.search(r"\d+=([0-9.]+)/[0-9.]+/[0-9.]+/[0-9.]+ ms", done.stdout)
    if not found:
        raise BenchError("iperf: its output cannot be read")
    return float(found.group(1)) * 1000


def iperf3(port, seconds):
    done = run(["iperf3", "-c", "127.0.0.1", "-p", str(port), "-t", str(int(seconds)), "-J"],
               seconds)
    return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 8


def optional(name, measure, into):
    """Measures with a program that may be missing; says why it could not, once."""
    try:
        into.setdefault(name, []).append(measure())
    except (BenchError, OSError, KeyError, ValueError) as error:
        if name not in into:
            say(f"left out: {name}: {error}")
        into.setdefault(name, [])


def one_round(ports, seconds, values):
    report = echomesh(ports["c"], seconds)
    values.setdefault("ping echomesh", []).append(report["rtt"]["p50Micros"])
    values.setdefault("ping c", []).append(c_client(ports["c"], 1, 64, seconds)["p50_us"])
    optional("ping sockperf", lambda: sockperf(ports["sockperf"], seconds), values)
    optional("ping iperf (mean)", lambda: iperf_bounceback(ports["iperf"], seconds), values)

    report = echomesh(ports["c"], seconds, "--connections", "50", "--frame-length", "512")
    values.setdefault("closed echomesh", []).append(report["throughput"]["framesPerSecond"])
    values.setdefault("closed c", []).append(
        c_client(ports["c"], 50, 512, seconds)["echoes_per_second"])

    report = echomesh(ports["c"], seconds, "--mode", "stream", "--frame-length", "64KiB")
    values.setdefault("stream echomesh", []).append(report["throughput"]["bytesPerSecond"])
    values.setdefault("stream c", []).append(
        c_client(ports["c"], 1, 65536, seconds)["echoes_per_second"] * 65536)
    optional("stream iperf3 (one way, unchecked)", lambda: iperf3(ports["iperf3"], seconds),
             values)

    report = open_loop(ports["c"], seconds, 10_000)
    values.setdefault("lag at 10k", []).append(report["lag"]["p99Micros"])


def highest_rate(port, seconds):
    """The highest of RATES at which p99 lag stays below a millisecond and every frame came."""
    held = 0
    for rate in RATES:
        report = open_loop(port, seconds, rate)
        lag = report["lag"]["p99Micros"]
        say(f"  {rate:7,} frames/s: p99 lag {lag:,.0f} us, "
            f"{report['throughput']['framesPerSecond']:,.0f} came back")
        if lag >= MOST_LAG_US:
            break
        held = rate
    return held


def bench():
    options = arguments()
    build_c()
    build_echomesh()
    leave_the_network()
    load_average = warn_if_busy()
    started = time.monotonic()
    values = {}
    with servers() as start:
        ports = {}
        commands = {
            "c": lambda p: [str(OUT / "echo_server"), str(p)],
            "sockperf": lambda p: ["sockperf", "server", "--tcp", "-i", "127.0.0.1", "-p", str(p)],
            "iperf": lambda p: ["iperf", "-s", "-p", str(p)],
            "iperf3": lambda p: ["iperf3", "-s", "-p", str(p)],
        }
        for name, command in commands.items():
            port = free_port()
            if name == "c" or shutil.which(name):
                server = start(f"tester-{name}", command(port), port, cpu=SERVER_CPU)
                if name == "c":
                    server.await_ready()  # the others take a probe for a client
            ports[name] = port
        time.sleep(1)
        for number in range(options.rounds):
            one_round(ports, options.seconds, values)
            say(f"round {number + 1} of {options.rounds} done")
        say("\nHighest rate held on one connection")
        held = highest_rate(ports["c"], options.seconds)
        flat_heap(ports["c"], 100_000 if options.quick else 10_000_000)

    stats = {name: summary(all_) for name, all_ in values.items() if all_}
    say("\nMedian (min..max) of the rounds")
    for name in sorted(stats):
        unit, scale, digits = (("MB/s", 1e-6, 0) if name.startswith("stream") else
                               ("echoes/s", 1, 0) if name.startswith("closed") else ("us", 1, 1))
        scaled = summary([value * scale for value in stats[name]["values"]])
        say(f"{name:36} {spread(scaled, digits)} {unit}")
    verdicts = [
        verdict("p50 of ping 1 x 64, echomesh / c", stats["ping echomesh"], stats["ping c"], 1.25,
                at_most=True),
        verdict("echoes/s at 50 x 512, echomesh / c", stats["closed echomesh"], stats["closed c"],
                0.8, at_most=False),
        verdict("bytes/s of stream 64 KiB, echomesh / c", stats["stream echomesh"],
                stats["stream c"], 0.7, at_most=False),
    ]
    if "ping sockperf" in stats:
        verdicts.append(verdict("p50 of ping 1 x 64, echomesh / sockperf",
                                stats["ping echomesh"], stats["ping sockperf"], 1.15,
                                at_most=True))
    say("\nTargets")
    for one in verdicts:
        say(one["line"])
    lag = stats["lag at 10k"]["median"]
    lag_met = lag < MOST_LAG_US
    say(f"{'met' if lag_met else 'missed':26}p99 lag at 10,000 frames/s: {lag:,.0f} us "
        f"(target < {MOST_LAG_US} us)")
    say(f"\nheld with p99 lag below 1 ms: {held:,} frames/s\n{time.monotonic() - started:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rounds": options.rounds, "seconds": options.seconds,
                       "load_average_before": load_average, "values": values, "held": held,
                       "targets": verdicts}, file, indent=1)
    clearly_missed = any(one["met"] is False and not one["unsettled"] for one in verdicts)
    return 1 if clearly_missed or not lag_met else 0


if __name__ == "__main__":
    main(bench)
