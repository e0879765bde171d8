// The process: arguments, environment, clocks, random bytes.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

static int64_t argument_count;
static char **arguments;

void janus_arguments_start(int32_t argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int64_t janus_argument_count(void) { return argument_count; }

const uint8_t *janus_argument(int64_t index, int64_t *length) {
  *length = 0;
  if (index < 0 || index >= argument_count) return NULL;
  *length = (int64_t)strlen(arguments[index]);
  return (const uint8_t *)arguments[index];
}

const uint8_t *janus_environment(const uint8_t *name, int64_t name_length, int64_t *length) {
  janus_c_path key;
  *length = 0;
  if (janus_c_path_set(&key, name, name_length) != 0) return NULL;
  const char *value = getenv(key.bytes);
  if (value) *length = (int64_t)strlen(value);
  return (const uint8_t *)value;
}

int64_t janus_environment_set(
    const uint8_t *name, int64_t name_length, const uint8_t *value, int64_t value_length) {
  janus_c_path key, text;
  int64_t status = janus_c_path_set(&key, name, name_length);
  if (status == 0) status = janus_c_path_set(&text, value, value_length);
  if (status != 0) return status;
  return setenv(key.bytes, text.bytes, 1) == 0 ? 0 : -errno;
}

static int64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t janus_time_monotonic(void) { return nanoseconds(CLOCK_MONOTONIC); }

int64_t janus_time_wall(void) { return nanoseconds(CLOCK_REALTIME); }

void janus_sleep(int64_t duration) {
  if (duration <= 0) return;
  struct timespec left = {
      .tv_sec = duration / 1000000000,
      .tv_nsec = duration % 1000000000,
  };
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

int64_t janus_random_bytes(uint8_t *buffer, int64_t count) {
  while (count > 0) {
    ssize_t got = getrandom(buffer, (size_t)count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    buffer += got;
    count -= got;
  }
  return 0;
}

int64_t janus_process_id(void) { return getpid(); }

int64_t janus_page_size(void) { return sysconf(_SC_PAGESIZE); }
