#!/usr/bin/env python3
"""From exec to the first connection: a node against a bare Vert.x server; see README.md."""

import argparse
import json
import time

from harness import (REFERENCE_JAR, BenchError, build_echomesh, build_reference, free_port,
                     leave_the_network, main, node_command, say, servers, spread, summary, verdict,
                     warn_if_busy)

COMMANDS = {
    "echomesh": node_command,
    "bare-vertx": lambda port: ["java", "-jar", str(REFERENCE_JAR), str(port)],
}
LIMIT = 2.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", metavar="FILE", help="also write every number here")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: expected 1 or more")
    return options


def start_once(name):
    """Returns the milliseconds one start took; the server is ended again."""
    port = free_port()
    with servers() as start:
        return start(name, COMMANDS[name](port), port).await_ready() * 1000


def bench():
    options = arguments()
    build_reference()
    build_echomesh()
    leave_the_network()
    load_average = warn_if_busy()
    started = time.monotonic()
    names = list(COMMANDS)
    for name in list(names):
        try:
            start_once(name)  # fills the page cache, and shows whether it starts at all
        except BenchError as error:
            say(f"left out: {error}")
            names.remove(name)
    times = {name: [] for name in names}
    for number in range(options.rounds):
        for name in names if number % 2 == 0 else reversed(names):
            times[name].append(start_once(name))

    stats = {name: summary(values) for name, values in times.items()}
    say(f"From exec to the first connection, ms: median (min..max) of {options.rounds} starts")
    for name in names:
        say(f"{name:14} {spread(stats[name], 0)}")
    what = "startup echomesh / bare-vertx"
    if len(names) == len(COMMANDS):
        judged = verdict(what, stats["echomesh"], stats["bare-vertx"], LIMIT, at_most=True)
    else:
        judged = {"what": what, "met": None, "line": f"{'not measured':26}{what}"}
    say(f"\n{judged['line']}\n\n{time.monotonic() - started:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rounds": options.rounds, "load_average_before": load_average,
                       "milliseconds": stats, "target": judged}, file, indent=1)
    return 1 if judged["met"] is False and not judged["unsettled"] else 0


if __name__ == "__main__":
    main(bench)
