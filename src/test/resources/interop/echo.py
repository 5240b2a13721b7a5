"""echo.py server PORT, or echo.py client PORT: standard input to it, what comes back to standard output."""
import socket
import sys
import threading

BLOCK = 65536


def serve(connection):
    with connection:
        while data := connection.recv(BLOCK):
            connection.sendall(data)


def server(port):
    with socket.create_server(("127.0.0.1", port), backlog=64) as listening:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


def send(connection):
    while data := sys.stdin.buffer.read1(BLOCK):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


def client(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        threading.Thread(target=send, args=(connection,)).start()
        while data := connection.recv(BLOCK):
            sys.stdout.buffer.write(data)


{"server": server, "client": client}[sys.argv[1]](int(sys.argv[2]))
