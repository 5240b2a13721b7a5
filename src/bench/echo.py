#!/usr/bin/env python3
"""Echo speed against a C epoll loop and Netty's own example; see README.md beside this file."""

import argparse
import json
import os
import statistics
import subprocess
import time

from harness import (ECHOMESH_JAR, OUT, REFERENCE_JAR, BenchError, build_c, build_echomesh,
                     build_reference, free_port, leave_the_network, main, node_command, say,
                     servers, spread, summary, verdict,
                     warn_if_busy)

SERVER_CPU, CLIENT_CPU = 0, 1
CELLS = [(1, 64), (1, 512), (1, 65536), (50, 64), (50, 512), (50, 65536), (4, 65536)]
THROUGHPUT_CELLS = CELLS[:6]
CPU_LIMITS = [((50, 512), "c", 1.15), ((4, 65536), "c", 1.9), ((4, 65536), "netty-example", 1.0)]
WARM_UP_SHAPES = [(50, 64), (50, 512), (4, 65536)]
# servers take turns in slices of a round's seconds, shorter than the machine keeps one speed
SLICE_SECONDS = 0.5
SETTLE_SECONDS = 0.2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3, help="measured in each cell and round")
    parser.add_argument("--quick", action="store_true",
                        help="3 rounds of 1 second: does it work, not how fast is it")
    parser.add_argument("--servers", default="c,echomesh,netty-example",
                        help="which of them, comma-separated")
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 3, 1
    if options.rounds < 1 or not 0.1 <= options.seconds <= 60:
        parser.error("--rounds: expected 1 or more; --seconds: expected 0.1 to 60")
    options.servers = options.servers.split(",")
    for name in options.servers:
        if name not in COMMANDS:
            parser.error(f"--servers: {name} (expected some of {', '.join(COMMANDS)})")
    return options


COMMANDS = {
    "c": lambda port: [str(OUT / "echo_server"), str(port)],
    "echomesh": node_command,
    "netty-example": lambda port: ["java", f"-Dport={port}", "-Dio.netty.eventLoopThreads=1",
                                   "-cp", str(REFERENCE_JAR), "io.netty.example.echo.EchoServer"],
}


def load(server, cell, seconds, warmup, verify=False):
    connections, frame_length = cell
    command = ["taskset", "-c", str(CLIENT_CPU), str(OUT / "load_client"), "127.0.0.1",
               str(server.port), str(connections), str(frame_length), str(seconds), str(warmup),
               "--cpu-of", str(server.pid)] + (["--verify"] if verify else [])
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + warmup + 30)
    if done.returncode != 0:
        raise BenchError(f"{server.name} at {cell_name(cell)}: "
                         f"{(done.stderr or done.stdout).strip()}")
    return json.loads(done.stdout)


def cell_name(cell):
    return f"{cell[0]} x {cell[1]}"


def start_all(start, names):
    """Starts and warms the servers up; one that does not come up is left out, with the reason."""
    up = []
    for name in names:
        try:
            port = free_port()
            server = start(name, COMMANDS[name](port), port, cpu=SERVER_CPU)
            server.await_ready()
            for shape in WARM_UP_SHAPES:
                load(server, shape, 0.2, 2 if name != "c" else 0.2, verify=True)
            up.append(server)
        except BenchError as error:
            say(f"left out: {error}")
    return up


def slices(seconds):
    return max(1, round(seconds / SLICE_SECONDS))


def joined(parts):
    """One result of the slices of a round; percentiles are the median slice's."""
    if any(part["echoes"] == 0 for part in parts):
        raise BenchError(f"nothing came back within {SLICE_SECONDS} s")
    return {key: (statistics.median if key in ("p50_us", "p99_us") else sum)(
        part[key] for part in parts)
        for key in ("echoes", "seconds", "server_cpu_seconds", "client_cpu_seconds", "p50_us", "p99_us")}


def measure(up, options):
    """Returns {cell: {server: [one result for each round]}}."""
    results = {cell: {server.name: [] for server in up} for cell in CELLS}
    count = slices(options.seconds)
    for number in range(options.rounds):
        for cell in CELLS:
            parts = {server.name: [] for server in up}
            for turn in range(number, number + count):
                first = turn % len(up)
                for server in up[first:] + up[:first]:
                    parts[server.name].append(
                        load(server, cell, options.seconds / count, SETTLE_SECONDS))
            for name, of_server in parts.items():
                results[cell][name].append(joined(of_server))
        say(f"round {number + 1} of {options.rounds} done")
    return results


def condense(results):
    """Every cell and server: median and spread of what the rounds gave."""
    return {cell: {name: {
        "echoes_per_second": summary([one["echoes"] / one["seconds"] for one in rounds]),
        "cpu_us_per_echo": summary([one["server_cpu_seconds"] / one["echoes"] * 1e6
                                    for one in rounds]),
        "server_busy": summary([one["server_cpu_seconds"] / one["seconds"] for one in rounds]),
        "client_busy": summary([one["client_cpu_seconds"] / one["seconds"] for one in rounds]),
        "p50_us": summary([one["p50_us"] for one in rounds]),
        "p99_us": summary([one["p99_us"] for one in rounds]),
    } for name, rounds in by_server.items()} for cell, by_server in results.items()}


def print_table(title, cells, key, digits, condensed):
    say(f"\n{title}")
    say(f"{'cell':11} {'server':14} {'median (min..max)':34} {'/ c':>6} {'/ netty':>8} "
        f"{'server':>7} {'client':>7} {'p50 us':>9} {'p99 us':>9}")
    for cell in cells:
        for name, stats in condensed[cell].items():
            ratios = [ratio(condensed[cell], name, other, key) for other in ("c", "netty-example")]
            say(f"{cell_name(cell):11} {name:14} {spread(stats[key], digits):34} "
                f"{ratios[0]:>6} {ratios[1]:>8} "
                f"{stats['server_busy']['median']:>7.0%} {stats['client_busy']['median']:>7.0%} "
                f"{stats['p50_us']['median']:>9.1f} {stats['p99_us']['median']:>9.1f}")


def ratio(by_server, name, other, key):
    if other not in by_server:
        return "-"
    return f"{by_server[name][key]['median'] / by_server[other][key]['median']:.2f}"


def judge(condensed):
    """The targets of this project, each against the numbers of this run."""
    wanted = [(cell, other, "cpu_us_per_echo", limit, True) for cell, other, limit in CPU_LIMITS]
    wanted += [(cell, "netty-example", "echoes_per_second", 1.0, False)
               for cell in THROUGHPUT_CELLS]
    verdicts = []
    for cell, other, key, limit, at_most in wanted:
        what = f"{'CPU' if at_most else 'throughput'} {cell_name(cell)} echomesh / {other}"
        if "echomesh" in condensed[cell] and other in condensed[cell]:
            verdicts.append(verdict(what, condensed[cell]["echomesh"][key],
                                    condensed[cell][other][key], limit, at_most))
        else:
            verdicts.append({"what": what, "met": None, "line": f"{'not measured':26}{what}"})
    return verdicts


def bench():
    options = arguments()
    if len(os.sched_getaffinity(0)) < 2:
        raise BenchError("needs two CPUs: one for the server, one for the load")
    build_c()
    if "netty-example" in options.servers:
        build_reference()
    if "echomesh" in options.servers:
        build_echomesh()
    if not leave_the_network() and "netty-example" in options.servers:
        say("no network namespace here: netty-example listens on every address while this runs")
    load_average = warn_if_busy()
    started = time.monotonic()
    with servers() as start:
        up = start_all(start, options.servers)
        if not up:
            raise BenchError("no server came up")
        settling = slices(options.seconds) * SETTLE_SECONDS
        minutes = options.rounds * len(CELLS) * len(up) * (options.seconds + settling) / 60
        say(f"{options.rounds} rounds x {len(CELLS)} cells x {len(up)} servers x "
            f"{options.seconds:g} s: about {minutes:.0f} min")
        condensed = condense(measure(up, options))

    print_table("CPU of the server for one echo, us", [(50, 512), (4, 65536)],
                "cpu_us_per_echo", 2, condensed)
    print_table("Echoes per second", THROUGHPUT_CELLS, "echoes_per_second", 0, condensed)
    verdicts = judge(condensed)
    say("\nTargets")
    for one in verdicts:
        say(one["line"])
    say(f"\n{time.monotonic() - started:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rounds": options.rounds, "seconds": options.seconds,
                       "load_average_before": load_average,
                       "cells": {cell_name(cell): by for cell, by in condensed.items()},
                       "targets": verdicts}, file, indent=1)
    return 1 if any(one["met"] is False and not one["unsettled"] for one in verdicts) else 0


if __name__ == "__main__":
    main(bench)
