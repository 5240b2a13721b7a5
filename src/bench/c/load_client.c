/*
 * The load: one thread, one epoll loop, closed loop (a connection has one frame in flight and sends
 * the next when the whole of it came back).
 *
 *   load_client HOST PORT CONNECTIONS FRAME_LENGTH SECONDS WARMUP [--verify] [--cpu-of PID]
 *
 * Runs for WARMUP + SECONDS, waits at most a second for the frames in flight, and stops by itself;
 * only what happens in SECONDS counts. A frame is timed from its first byte offered to the socket to
 * its last byte back. With --verify every byte is compared. With --cpu-of the CPU time of that
 * process is read at both ends of the measured interval, so it belongs to exactly the echoes
 * counted. Prints one line of JSON; exit code 1 when a connection failed, broke or brought back
 * wrong bytes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_EVENTS = 256,
  READ_LENGTH = 256 * 1024,
  /* Histogram: 32 buckets for each power of two of nanoseconds, so a value is at most 3 % off. */
  SUB_BITS = 5,
  BUCKETS = 64 << SUB_BITS
};

struct connection {
  int fd;
  int waits_for_room;
  size_t sent;
  size_t received;
  uint64_t started_nanos;
};

static char *frame;
static size_t frame_length;
static int verify;
static char input[READ_LENGTH];

static uint64_t histogram[BUCKETS];
static uint64_t echoes;
static uint64_t errors;
static uint64_t open_connections;
static int measuring;
static int stopping;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned bucket_of(uint64_t nanos) {
  if (nanos < (1u << SUB_BITS)) return (unsigned)nanos;
  unsigned shift = 63u - (unsigned)__builtin_clzll(nanos) - SUB_BITS;
  return ((shift + 1) << SUB_BITS) + (unsigned)((nanos >> shift) & ((1u << SUB_BITS) - 1));
}

static double bucket_middle_micros(unsigned bucket) {
  if (bucket < (1u << SUB_BITS)) return bucket / 1000.0;
  unsigned shift = (bucket >> SUB_BITS) - 1;
  double low = ldexp((1u << SUB_BITS) + (bucket & ((1u << SUB_BITS) - 1)), (int)shift);
  return (low + ldexp(0.5, (int)shift)) / 1000.0;
}

static double percentile_micros(double fraction) {
  uint64_t rank = (uint64_t)ceil(fraction * (double)echoes);
  uint64_t seen = 0;
  for (unsigned i = 0; i < BUCKETS; i++) {
    seen += histogram[i];
    if (seen >= rank && seen > 0) return bucket_middle_micros(i);
  }
  return 0;
}

/* User and system time of all threads of a process, in seconds, by its CPU clock. */
static double cpu_seconds_of(long pid) {
  clockid_t clock;
  struct timespec t;
  errno = clock_getcpuclockid((pid_t)pid, &clock);
  if (errno != 0 || clock_gettime(clock, &t) != 0) fail("--cpu-of");
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void finish(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  open_connections--;
}

static void broken(struct connection *connection) {
  errors++;
  finish(connection);
}

static void watch(int epoll, struct connection *connection, int for_room) {
  if (connection->waits_for_room == for_room) return;
  connection->waits_for_room = for_room;
  struct epoll_event event = {.events = EPOLLIN | (for_room ? EPOLLOUT : 0),
                              .data.ptr = connection};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event) < 0) fail("epoll_ctl");
}

static void send_rest(int epoll, struct connection *connection) {
  while (connection->sent < frame_length) {
    ssize_t n = send(connection->fd, frame + connection->sent, frame_length - connection->sent,
                     MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        watch(epoll, connection, 1);
      } else {
        broken(connection);
      }
      return;
    }
    connection->sent += (size_t)n;
  }
  watch(epoll, connection, 0);
}

static void send_frame(int epoll, struct connection *connection) {
  connection->sent = 0;
  connection->received = 0;
  connection->started_nanos = now_nanos();
  send_rest(epoll, connection);
}

static void on_readable(int epoll, struct connection *connection) {
  ssize_t n = recv(connection->fd, input, sizeof input, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0 || connection->received + (size_t)n > connection->sent ||
      (verify && memcmp(input, frame + connection->received, (size_t)n) != 0)) {
    broken(connection);
    return;
  }
  connection->received += (size_t)n;
  if (connection->received < frame_length) return;
  if (measuring) {
    histogram[bucket_of(now_nanos() - connection->started_nanos)]++;
    echoes++;
  }
  if (stopping) {
    finish(connection);
  } else {
    send_frame(epoll, connection);
  }
}

static void run_until(int epoll, uint64_t end_nanos) {
  struct epoll_event events[MAX_EVENTS];
  uint64_t now;
  while ((now = now_nanos()) < end_nanos && open_connections > 0) {
    int count = epoll_wait(epoll, events, MAX_EVENTS, (int)((end_nanos - now) / 1000000 + 1));
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) send_rest(epoll, connection);
      if (connection->fd >= 0 && (events[i].events & ~(uint32_t)EPOLLOUT)) {
        on_readable(epoll, connection);
      }
    }
  }
}

static void connect_all(int epoll, struct connection *connections, long count, const char *host,
                        int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
    fprintf(stderr, "HOST: %s (expected an IPv4 address)\n", host);
    exit(2);
  }
  for (long i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) fail("fcntl");
    connections[i].fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
    open_connections++;
  }
}

static double number(const char *name, const char *text, double low, double high) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= low && value <= high)) {
    fprintf(stderr, "%s: %s (expected %g to %g)\n", name, text, low, high);
    exit(2);
  }
  return value;
}

int main(int argc, char **argv) {
  long cpu_of = 0;
  int arguments = 1;
  for (; arguments < argc && strncmp(argv[arguments], "--", 2) != 0; arguments++) {
  }
  for (int i = arguments; i < argc; i++) {
    if (strcmp(argv[i], "--verify") == 0) {
      verify = 1;
    } else if (strcmp(argv[i], "--cpu-of") == 0 && i + 1 < argc) {
      cpu_of = (long)number("--cpu-of", argv[++i], 1, 1e9);
    } else {
      arguments = 0;
    }
  }
  if (arguments != 7) {
    fprintf(stderr, "usage: load_client HOST PORT CONNECTIONS FRAME_LENGTH SECONDS WARMUP"
                    " [--verify] [--cpu-of PID]\n");
    return 2;
  }
  int port = (int)number("PORT", argv[2], 1, 65535);
  long count = (long)number("CONNECTIONS", argv[3], 1, 10000);
  frame_length = (size_t)number("FRAME_LENGTH", argv[4], 1, 1 << 26);
  double seconds = number("SECONDS", argv[5], 0.01, 3600);
  double warmup = number("WARMUP", argv[6], 0, 3600);

  frame = malloc(frame_length);
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (frame == NULL || connections == NULL || epoll < 0) fail("load_client");
  uint64_t random = 88172645463325252u; /* xorshift64: no two positions of a frame look alike */
  for (size_t i = 0; i < frame_length; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    frame[i] = (char)random;
  }

  connect_all(epoll, connections, count, argv[1], port);
  uint64_t start = now_nanos();
  for (long i = 0; i < count; i++) send_frame(epoll, &connections[i]);
  run_until(epoll, start + (uint64_t)(warmup * 1e9));

  double server_cpu = cpu_of ? cpu_seconds_of(cpu_of) : 0;
  double client_cpu = own_cpu_seconds();
  uint64_t measured_from = now_nanos();
  measuring = 1;
  run_until(epoll, measured_from + (uint64_t)(seconds * 1e9));
  double elapsed = (double)(now_nanos() - measured_from) / 1e9;
  client_cpu = own_cpu_seconds() - client_cpu;
  if (cpu_of) server_cpu = cpu_seconds_of(cpu_of) - server_cpu;

  /* The frames in flight come home uncounted: closing over unread bytes would send a reset. */
  measuring = 0;
  stopping = 1;
  run_until(epoll, now_nanos() + 1000000000u);

  printf("{\"echoes\": %llu, \"seconds\": %.6f, \"echoes_per_second\": %.1f,",
         (unsigned long long)echoes, elapsed, (double)echoes / elapsed);
  if (echoes > 0) {
    printf(" \"p50_us\": %.2f, \"p99_us\": %.2f,", percentile_micros(0.50),
           percentile_micros(0.99));
  } else {
    printf(" \"p50_us\": null, \"p99_us\": null,");
  }
  if (cpu_of) printf(" \"server_cpu_seconds\": %.6f,", server_cpu);
  printf(" \"client_cpu_seconds\": %.3f, \"errors\": %llu}\n", client_cpu,
         (unsigned long long)errors);
  return errors > 0 ? 1 : 0;
}
