#!/usr/bin/env python3
"""Talks to an Echomesh node over its bridge (bridge.tcp). Needs Python 3.8 or newer and no more.

  echomesh.py [--bridge HOST:PORT] [--token-file FILE] [--ca FILE [--cert FILE --key FILE]] COMMAND

  test TARGET [KEY=VALUE]...   runs a test, such as: test 127.0.0.1:1234 mode=stream duration=3s
  endpoints                    prints the node's endpoints
  matrix                       prints what the node knows of the mesh

Results are JSON on standard output, progress goes to standard error. Exit codes: 0 passed, 1 the
test failed, 2 wrong usage or refused by the node, 3 no answer.
"""
import argparse
import json
import socket
import ssl
import struct
import sys


class Refused(Exception):
    """The node does not carry a request out, and says why."""


class Bridge:
    """A connection whose frames are a length, four bytes in network order, and so much JSON."""

    def __init__(self, host, port, token=None, tls=None, timeout=60):
        self.socket = socket.create_connection((host, port), timeout)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.stream = self.socket.makefile("rb")
        self.headers = {"token": token} if token else {}
        self.calls = 0
        self.news = []

    def request(self, address, body=None):
        """Sends a request and returns the body of its reply; what comes before it is kept."""
        self.calls += 1
        reply_address = f"reply-{self.calls}"
        self._send(type="send", address=address, replyAddress=reply_address, body=body)
        while True:
            frame = self._receive()
            if frame.get("address") == reply_address:
                return frame["body"]
            self.news.append(frame)

    def follow(self, address):
        """Has everything that is published at the address come to next()."""
        self._send(type="register", address=address)

    def next(self):
        """The next published message, as address and body."""
        frame = self.news.pop(0) if self.news else self._receive()
        return frame["address"], frame["body"]

    def test(self, request, progress=lambda news: None):
        """Runs a test and returns its report."""
        self.follow("echomesh.reports")
        run = self.request("echomesh.tester.run", request)["id"]
        self.follow("echomesh.run." + run)
        while True:
            _, body = self.next()
            if body.get("id") != run:
                continue
            if "failure" in body:
                raise Refused(body["failure"])
            if "verdict" in body:
                return body
            progress(body)

    def _send(self, **frame):
        data = json.dumps({**frame, "headers": self.headers}).encode()
        self.socket.sendall(struct.pack(">I", len(data)) + data)

    def _receive(self):
        frame = json.loads(self._read(struct.unpack(">I", self._read(4))[0]))
        if frame["type"] == "err":
            raise Refused(frame["message"])
        return frame

    def _read(self, length):
        data = self.stream.read(length)
        if len(data) < length:
            raise ConnectionError("the node ended the connection")
        return data


def value(text):
    """JSON where it is some, such as 8 or true, else text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def main():
    usage = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    usage.add_argument("--bridge", default="127.0.0.1:7000", help=argparse.SUPPRESS)
    for option in "--token-file", "--ca", "--cert", "--key":
        usage.add_argument(option, help=argparse.SUPPRESS)
    usage.add_argument("command", choices=["test", "endpoints", "matrix"], help=argparse.SUPPRESS)
    usage.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    given = usage.parse_args()
    if (given.command == "test") != bool(given.arguments) or not all(
        "=" in pair for pair in given.arguments[1:]
    ):
        usage.error("expected test TARGET [KEY=VALUE]..., endpoints or matrix")

    lines = [line.strip() for line in open(given.token_file)] if given.token_file else []
    token = next((line for line in lines if line and not line.startswith("#")), None)
    tls = ssl.create_default_context(cafile=given.ca) if given.ca else None
    if tls and given.cert:
        tls.load_cert_chain(given.cert, given.key)
    host, _, port = given.bridge.rpartition(":")
    bridge = Bridge(host.strip("[]"), int(port), token, tls)
    if given.command == "test":
        target, *pairs = given.arguments
        request = {"target": target, **{k: value(v) for k, v in (p.split("=", 1) for p in pairs)}}
        result = bridge.test(request, lambda news: print(json.dumps(news), file=sys.stderr))
    elif given.command == "endpoints":
        result = bridge.request("echomesh.echo.endpoints")
    else:
        result = bridge.request("echomesh.mesh.matrix")
    print(json.dumps(result, indent=2))
    return 1 if result.get("verdict") == "fail" else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        print(f"refused: {refused}", file=sys.stderr)
        sys.exit(2)
    except OSError as failure:
        print(f"no answer: {failure}", file=sys.stderr)
        sys.exit(3)
