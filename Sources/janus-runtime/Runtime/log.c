// What all loggers of a program share: the filter, the least level without a target, and the file.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static _Atomic(char *) filter;
static atomic_int least_level = -1;
static atomic_int file = STDERR_FILENO;

// The filter that the program set, or else that of JANUS_LOG; null without one.
const uint8_t *janus_log_filter(int64_t *length) {
  const char *text = atomic_load(&filter);
  if (!text) text = getenv("JANUS_LOG");
  *length = text ? (int64_t)strlen(text) : 0;
  return (const uint8_t *)text;
}

// A filter that was replaced is not freed: another thread may be reading it.
void janus_log_set_filter(const uint8_t *text, int64_t length) {
  char *copy = malloc((size_t)length + 1);
  if (!copy) return;
  if (length > 0) memcpy(copy, text, (size_t)length);
  copy[length] = 0;
  atomic_store(&filter, copy);
  atomic_store(&least_level, -1);
}

// Below zero until it is set.
int32_t janus_log_level(void) {
  return atomic_load_explicit(&least_level, memory_order_relaxed);
}

void janus_log_set_level(int32_t level) { atomic_store(&least_level, level); }

// The descriptor belongs to the log from now on.
void janus_log_set_file(int64_t descriptor) {
  int old = atomic_exchange(&file, (int)descriptor);
  if (old > STDERR_FILENO) close(old);
}

// One call for one line, so that lines of several threads and processes do not mix.
int64_t janus_log_write(const uint8_t *bytes, int64_t count) {
  return janus_write_all(atomic_load(&file), bytes, count);
}
