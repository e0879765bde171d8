// Sockets. Results are descriptors or counts; below zero they are minus an error number, or a
// failure to resolve a name (see error.c). Reading and writing is that of files.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "internal.h"

enum { JANUS_BACKLOG = 512, JANUS_HOST_MOST = 256 };

// The addresses of a host; an empty host is every address of this machine.
static int64_t resolve(
    const uint8_t *host, int64_t length, int64_t port, int type, struct addrinfo **found) {
  char name[JANUS_HOST_MOST], service[16];
  if (length < 0 || length >= JANUS_HOST_MOST || port < 0 || port > 65535) return -EINVAL;
  if (length > 0 && memchr(host, 0, (size_t)length)) return -EINVAL;
  if (length > 0) memcpy(name, host, (size_t)length);
  name[length] = 0;
  snprintf(service, sizeof service, "%d", (int)port);
  struct addrinfo hints = {
      .ai_family = AF_UNSPEC,
      .ai_socktype = type,
      .ai_flags = AI_NUMERICSERV | (length == 0 ? AI_PASSIVE : 0),
  };
  int problem = getaddrinfo(length == 0 ? NULL : name, service, &hints, found);
  if (problem == EAI_SYSTEM) return -errno;
  return problem == 0 ? 0 : JANUS_RESOLVER_ERRORS + problem;
}

static int64_t make_socket(const struct addrinfo *address, int flags) {
  return janus_status_of(
      socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | flags,
             address->ai_protocol));
}

// Waits for a connection that was begun without blocking, until `end`, or without limit at 0.
static int64_t finish_connecting(int64_t made, int64_t end) {
  int64_t left = -1;
  if (end != 0) {
    left = end - janus_time_monotonic();
    if (left <= 0) return -ETIMEDOUT;
  }
  int64_t item[2] = {made, JANUS_POLL_WRITE};
  int64_t ready = janus_poll(item, 1, left);
  if (ready <= 0) return ready < 0 ? ready : -ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  if (getsockopt((int)made, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) return -errno;
  return -problem;
}

static int64_t connect_to(const struct addrinfo *address, int64_t end) {
  int64_t made = make_socket(address, SOCK_NONBLOCK);
  if (made < 0) return made;
  int64_t status =
      janus_status_of(connect((int)made, address->ai_addr, address->ai_addrlen));
  if (status == -EINPROGRESS || status == -EINTR) status = finish_connecting(made, end);
  if (status == 0) {
    int flags = fcntl((int)made, F_GETFL);
    status = janus_status_of(fcntl((int)made, F_SETFL, flags & ~O_NONBLOCK));
  }
  if (status >= 0) return made;
  close((int)made);
  return status;
}

// Tries the host's addresses in order, all of them in so many nanoseconds (below zero: no limit).
int64_t janus_tcp_connect(
    const uint8_t *host, int64_t length, int64_t port, int64_t nanoseconds) {
  struct addrinfo *found = NULL;
  if (length == 0) return -EINVAL;
  int64_t end = nanoseconds < 0 ? 0 : janus_time_monotonic() + nanoseconds;
  int64_t status = resolve(host, length, port, SOCK_STREAM, &found);
  if (status != 0) return status;
  for (const struct addrinfo *address = found; address; address = address->ai_next) {
    status = connect_to(address, end);
    if (status >= 0) break;
  }
  freeaddrinfo(found);
  return status;
}

static int64_t bind_to(const struct addrinfo *address) {
  int64_t made = make_socket(address, 0);
  if (made < 0) return made;
  int yes = 1, no = 0;
  bool listens = address->ai_socktype == SOCK_STREAM;
  // A server that is started again must not wait for the old connections to be forgotten.
  if (listens) setsockopt((int)made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // Every address of this machine means those of the older protocol too.
  if (address->ai_family == AF_INET6) {
    setsockopt((int)made, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  }
  int64_t status = janus_status_of(bind((int)made, address->ai_addr, address->ai_addrlen));
  if (status == 0 && listens) status = janus_status_of(listen((int)made, JANUS_BACKLOG));
  if (status >= 0) return made;
  close((int)made);
  return status;
}

// A socket with an address of this machine: `streams` one that waits for connections, otherwise
// one for datagrams. Port 0 lets the system choose.
int64_t janus_socket_bind(
    const uint8_t *host, int64_t length, int64_t port, int32_t streams) {
  struct addrinfo *found = NULL;
  int64_t status =
      resolve(host, length, port, streams ? SOCK_STREAM : SOCK_DGRAM, &found);
  if (status != 0) return status;
  // Without a host the newer protocol comes first: it takes the connections of both.
  for (int pass = 0; pass < 2; ++pass) {
    for (const struct addrinfo *address = found; address; address = address->ai_next) {
      if (length == 0 && (address->ai_family == AF_INET6) != (pass == 0)) continue;
      status = bind_to(address);
      if (status >= 0) break;
    }
    if (status >= 0 || length > 0) break;
  }
  freeaddrinfo(found);
  return status;
}

// The next connection, waited for so long at most (below zero: no limit).
int64_t janus_socket_accept(int64_t socket, int64_t nanoseconds) {
  for (;;) {
    if (nanoseconds >= 0) {
      int64_t item[2] = {socket, JANUS_POLL_READ};
      int64_t ready = janus_poll(item, 1, nanoseconds);
      if (ready <= 0) return ready < 0 ? ready : -ETIMEDOUT;
    }
    int64_t made = janus_status_of(accept4((int)socket, NULL, NULL, SOCK_CLOEXEC));
    // A connection that ended before it was accepted is nothing to the caller.
    if (made != -EINTR && made != -ECONNABORTED) return made;
  }
}

static int64_t describe(
    const struct sockaddr_storage *address, socklen_t size, uint8_t *buffer, int64_t capacity,
    int64_t *port) {
  char host[JANUS_HOST_MOST], service[16];
  int problem = getnameinfo(
      (const struct sockaddr *)address, size, host, sizeof host, service, sizeof service,
      NI_NUMERICHOST | NI_NUMERICSERV);
  if (problem != 0) return problem == EAI_SYSTEM ? -errno : JANUS_RESOLVER_ERRORS + problem;
  *port = 0;
  for (const char *digit = service; *digit; ++digit) *port = *port * 10 + (*digit - '0');
  int64_t length = (int64_t)strlen(host);
  if (length > capacity) return -ENAMETOOLONG;
  memcpy(buffer, host, (size_t)length);
  return length;
}

// The text of a socket's own host, or of the other side's, with its port.
int64_t janus_socket_address(
    int64_t socket, int32_t other, uint8_t *buffer, int64_t capacity, int64_t *port) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  int result = other ? getpeername((int)socket, (struct sockaddr *)&address, &size)
                     : getsockname((int)socket, (struct sockaddr *)&address, &size);
  return result != 0 ? -errno : describe(&address, size, buffer, capacity, port);
}

// 0 ends reading, 1 writing, 2 both.
int64_t janus_socket_shutdown(int64_t socket, int32_t what) {
  int how = what == 0 ? SHUT_RD : what == 1 ? SHUT_WR : SHUT_RDWR;
  return janus_status_of(shutdown((int)socket, how));
}

// How long one read or write may take; 0 is no limit.
int64_t janus_socket_set_timeout(int64_t socket, int32_t writes, int64_t nanoseconds) {
  // Less than a microsecond would mean no limit.
  if (nanoseconds > 0 && nanoseconds < 1000) nanoseconds = 1000;
  struct timeval limit = {
      .tv_sec = nanoseconds / 1000000000,
      .tv_usec = nanoseconds % 1000000000 / 1000,
  };
  return janus_status_of(setsockopt(
      (int)socket, SOL_SOCKET, writes ? SO_SNDTIMEO : SO_RCVTIMEO, &limit, sizeof limit));
}

int64_t janus_socket_set_no_delay(int64_t socket, int32_t on) {
  int value = on != 0;
  return janus_status_of(
      setsockopt((int)socket, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value));
}

// Sends one datagram to the first address of a host that the socket can send to.
int64_t janus_socket_send_to(
    int64_t socket, const uint8_t *bytes, int64_t count, const uint8_t *host, int64_t length,
    int64_t port) {
  struct addrinfo *found = NULL;
  if (length == 0) return -EINVAL;
  int64_t status = resolve(host, length, port, SOCK_DGRAM, &found);
  if (status != 0) return status;
  for (const struct addrinfo *address = found; address; address = address->ai_next) {
    do {
      status = janus_status_of(sendto(
          (int)socket, bytes, (size_t)count, MSG_NOSIGNAL, address->ai_addr,
          address->ai_addrlen));
    } while (status == -EINTR);
    if (status >= 0) break;
  }
  freeaddrinfo(found);
  return status;
}

// Waits for a datagram; `host`, with room for `capacity` bytes, and `origin` (the length of that
// text, and the port) say who sent it.
int64_t janus_socket_receive(
    int64_t socket, uint8_t *buffer, int64_t count, uint8_t *host, int64_t capacity,
    int64_t *origin) {
  struct sockaddr_storage address;
  for (;;) {
    socklen_t size = sizeof address;
    int64_t got = janus_status_of(recvfrom(
        (int)socket, buffer, (size_t)count, 0, (struct sockaddr *)&address, &size));
    if (got == -EINTR) continue;
    if (got < 0) return got;
    origin[0] = describe(&address, size, host, capacity, &origin[1]);
    return origin[0] < 0 ? origin[0] : got;
  }
}
