/* echo server PORT, or echo client PORT: standard input to it, what comes back to standard output. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
}

static void copy(int from, int to) {
  static char block[65536];
  ssize_t count;
  while ((count = read(from, block, sizeof block)) > 0) {
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, block + done, count - done);
      check(written, "write");
      done += written;
    }
  }
  check(count, "read");
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fputs("expected server or client, and a port\n", stderr);
    return 2;
  }
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(atoi(argv[2])),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  check(connection, "socket");
  if (strcmp(argv[1], "server") == 0) {
    signal(SIGCHLD, SIG_IGN);
    int yes = 1;
    check(setsockopt(connection, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "reuse");
    check(bind(connection, (struct sockaddr *)&address, sizeof address), "bind");
    check(listen(connection, 64), "listen");
    for (;;) {
      int client = accept(connection, NULL, NULL);
      check(client, "accept");
      if (fork() == 0) {
        copy(client, client);
        return 0;
      }
      close(client);
    }
  }
  check(connect(connection, (struct sockaddr *)&address, sizeof address), "connect");
  if (fork() == 0) {
    copy(STDIN_FILENO, connection);
    check(shutdown(connection, SHUT_WR), "shutdown");
    return 0;
  }
  copy(connection, STDOUT_FILENO);
  return 0;
}
