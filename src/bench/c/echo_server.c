/*
 * The reference echo server: one thread, one epoll loop, loopback only.
 *
 *   echo_server PORT        0 picks a free port; prints "listening PORT"
 *
 * It does what a correct byte-transparent echo has to do and nothing else: every byte that was read
 * is written back, a peer that does not read is not read from (back-pressure), and a half-closed
 * peer still gets all of its bytes before the connection is closed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_LENGTH = 64 * 1024, MAX_EVENTS = 256 };

struct connection {
  int fd;
  /* What a full socket refused: the bytes unsent[sent..length). */
  char *unsent;
  size_t sent;
  size_t length;
};

static char buffer[BUFFER_LENGTH];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void forget(struct connection *connection) {
  close(connection->fd); /* closing also takes it out of the epoll set */
  free(connection->unsent);
  free(connection);
}

static void watch(int epoll, struct connection *connection, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event) < 0) fail("epoll_ctl");
}

/* Returns how many bytes the socket took, fewer than asked when it is full, or -1 on an error. */
static ssize_t send_some(int fd, const char *bytes, size_t length) {
  ssize_t n;
  do {
    n = send(fd, bytes, length, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return 0;
  return n;
}

static void on_readable(int epoll, struct connection *connection) {
  ssize_t n = recv(connection->fd, buffer, sizeof buffer, 0);
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) forget(connection);
    return;
  }
  if (n == 0) { /* reading stops while bytes are unsent, so none are left here */
    forget(connection);
    return;
  }
  ssize_t sent = send_some(connection->fd, buffer, (size_t)n);
  if (sent < 0) {
    forget(connection);
    return;
  }
  if (sent == n) return;
  if (connection->unsent == NULL && (connection->unsent = malloc(BUFFER_LENGTH)) == NULL) {
    forget(connection);
    return;
  }
  connection->sent = 0;
  connection->length = (size_t)(n - sent);
  memcpy(connection->unsent, buffer + sent, connection->length);
  watch(epoll, connection, EPOLLOUT);
}

static void on_writable(int epoll, struct connection *connection) {
  ssize_t n = send_some(connection->fd, connection->unsent + connection->sent,
                        connection->length - connection->sent);
  if (n < 0) {
    forget(connection);
    return;
  }
  connection->sent += (size_t)n;
  if (connection->sent == connection->length) watch(epoll, connection, EPOLLIN);
}

static void on_connection(int epoll, int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) {
    close(fd);
    return;
  }
  connection->fd = fd;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) fail("socket");
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
  if (listen(listener, 1024) < 0) fail("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int argc, char **argv) {
  char *end;
  long port = argc == 2 ? strtol(argv[1], &end, 10) : -1;
  if (port < 0 || port > 65535 || *end != '\0' || end == argv[1]) {
    fprintf(stderr, "usage: echo_server PORT (0 to 65535)\n");
    return 2;
  }
  int listener = listen_on((int)port);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fail("epoll_create1");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");

  struct epoll_event events[MAX_EVENTS];
  for (;;) {
    int count = epoll_wait(epoll, events, MAX_EVENTS, -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (connection == NULL) {
        on_connection(epoll, listener);
      } else if (events[i].events & EPOLLOUT) {
        on_writable(epoll, connection);
      } else {
        on_readable(epoll, connection);
      }
    }
  }
}
