// The process and its surroundings: arguments, environment, random bytes, the machine.
#include <errno.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
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

int64_t janus_environment_remove(const uint8_t *name, int64_t name_length) {
  janus_c_path key;
  int64_t status = janus_c_path_set(&key, name, name_length);
  return status != 0 ? status : janus_status_of(unsetenv(key.bytes));
}

// `NAME=value`, or null behind the last one.
const uint8_t *janus_environment_at(int64_t index, int64_t *length) {
  *length = 0;
  if (!environ || !environ[index]) return NULL;
  *length = (int64_t)strlen(environ[index]);
  return (const uint8_t *)environ[index];
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

// The processors that this process may run on.
int64_t janus_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count;
}

int64_t janus_host_name(uint8_t *buffer, int64_t capacity) {
  if (gethostname((char *)buffer, (size_t)capacity) != 0) return -errno;
  return (int64_t)strnlen((char *)buffer, (size_t)capacity);
}

// The home that the system's list of users gives this user.
int64_t janus_user_home(uint8_t *buffer, int64_t capacity) {
  char text[JANUS_PATH_MOST];
  struct passwd entry, *found = NULL;
  int problem = getpwuid_r(getuid(), &entry, text, sizeof text, &found);
  if (problem != 0 || !found) return problem != 0 ? -problem : -ENOENT;
  int64_t length = (int64_t)strlen(entry.pw_dir);
  if (length > capacity) return -ENAMETOOLONG;
  memcpy(buffer, entry.pw_dir, (size_t)length);
  return length;
}
