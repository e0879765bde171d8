// Requests that the process end, as something that can be waited for: a pipe whose writing end the
// signal handler holds.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "internal.h"

enum { JANUS_PIPE_READ, JANUS_PIPE_WRITE };

static int request_pipe[2];
// The reading end, or why there is none.
static int64_t outcome;

static void request(int number) {
  (void)number;
  int kept = errno;
  // The pipe holds the first byte already when there is no room for another.
  ssize_t written = write(request_pipe[JANUS_PIPE_WRITE], "", 1);
  (void)written;
  errno = kept;
}

static void watch(void) {
  if (pipe2(request_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
    outcome = -errno;
    return;
  }
  outcome = request_pipe[JANUS_PIPE_READ];
  struct sigaction action = {.sa_handler = request, .sa_flags = SA_RESETHAND | SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

// A descriptor that can be read once the process was asked to end; a second request ends it as
// ever. Nobody reads from it, so that all who wait see the request.
int64_t janus_end_requests(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch);
  return outcome;
}
