// Standard streams. Output is buffered and flushed at exit, before anything that must follow it
// (a panic's text, a wait for input), and by line when it goes to a terminal.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include "internal.h"

enum { JANUS_OUTPUT_SIZE = 1 << 16, JANUS_INPUT_SIZE = 1 << 16 };

static uint8_t output[JANUS_OUTPUT_SIZE];
static int64_t output_count;
static int64_t output_error;
static bool output_by_line;
static bool output_known;
static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;

static uint8_t *input;
static int64_t input_from;
static int64_t input_to;
static int64_t input_capacity;
static pthread_mutex_t input_lock = PTHREAD_MUTEX_INITIALIZER;

static bool enter(pthread_mutex_t *lock) {
  if (JANUS_LIKELY(__libc_single_threaded)) return false;
  pthread_mutex_lock(lock);
  return true;
}

static void leave(pthread_mutex_t *lock, bool locked) {
  if (locked) pthread_mutex_unlock(lock);
}

int64_t janus_write_all(int descriptor, const uint8_t *bytes, int64_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, (size_t)count);
    if (written < 0) {
      if (errno == EINTR) continue;
      // The reader of the program's own output is gone: end as C tools do. The signal itself is
      // ignored, so that a closed socket or a child's closed pipe is an error like any other.
      bool own = descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO;
      if (errno == EPIPE && own) _exit(JANUS_STATUS_PIPE);
      return -errno;
    }
    bytes += written;
    count -= written;
  }
  return 0;
}

static void flush_locked(void) {
  int64_t status = janus_write_all(STDOUT_FILENO, output, output_count);
  output_count = 0;
  if (status != 0 && output_error == 0) output_error = status;
}

int64_t janus_flush(void) {
  bool locked = enter(&output_lock);
  if (output_count > 0) flush_locked();
  int64_t status = output_error;
  leave(&output_lock, locked);
  return status;
}

static void learn_output(void) {
  const char *by_line = getenv("JANUS_LINE_BUFFERED");
  output_by_line = isatty(STDOUT_FILENO) || (by_line && strcmp(by_line, "1") == 0);
  output_known = true;
}

void janus_print(const uint8_t *bytes, int64_t count) {
  if (count <= 0) return;
  bool locked = enter(&output_lock);
  if (JANUS_UNLIKELY(!output_known)) learn_output();
  if (JANUS_UNLIKELY(count > JANUS_OUTPUT_SIZE - output_count)) flush_locked();
  if (JANUS_UNLIKELY(count > JANUS_OUTPUT_SIZE)) {
    int64_t status = janus_write_all(STDOUT_FILENO, bytes, count);
    if (status != 0 && output_error == 0) output_error = status;
  } else {
    memcpy(output + output_count, bytes, (size_t)count);
    output_count += count;
    if (output_by_line && memchr(bytes, '\n', (size_t)count)) flush_locked();
  }
  leave(&output_lock, locked);
}

void janus_eprint(const uint8_t *bytes, int64_t count) {
  janus_write_all(STDERR_FILENO, bytes, count);
}

// Makes room behind the unread bytes; false without memory.
static bool make_input_room(void) {
  if (input_from > 0) {
    memmove(input, input + input_from, (size_t)(input_to - input_from));
    input_to -= input_from;
    input_from = 0;
  }
  if (input_to < input_capacity) return true;
  int64_t capacity = input_capacity ? input_capacity * 2 : JANUS_INPUT_SIZE;
  uint8_t *grown = realloc(input, (size_t)capacity);
  if (!grown) return false;
  input = grown;
  input_capacity = capacity;
  return true;
}

// Reads more input behind the unread bytes: the count, 0 at the end, or minus an error number.
static int64_t fill_input(void) {
  if (!make_input_room()) return -ENOMEM;
  janus_flush();
  for (;;) {
    ssize_t count = read(STDIN_FILENO, input + input_to, (size_t)(input_capacity - input_to));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    input_to += count;
    return count;
  }
}

const uint8_t *janus_read_line(int64_t *length) {
  bool locked = enter(&input_lock);
  int64_t searched = 0;
  const uint8_t *line = NULL;
  *length = 0;
  for (;;) {
    int64_t unread = input_to - input_from;
    const uint8_t *end = NULL;
    if (unread > searched) {
      end = memchr(input + input_from + searched, '\n', (size_t)(unread - searched));
    }
    if (end) {
      line = input + input_from;
      *length = end - line;
      input_from += *length + 1;
      break;
    }
    searched = unread;
    if (fill_input() <= 0) {
      if (unread > 0) {
        line = input + input_from;
        *length = unread;
        input_from = input_to;
      }
      break;
    }
  }
  leave(&input_lock, locked);
  return line;
}

int64_t janus_read_input(uint8_t *buffer, int64_t count) {
  if (count <= 0) return 0;
  bool locked = enter(&input_lock);
  int64_t result = input_to - input_from;
  if (result == 0) result = fill_input();
  if (result > 0) {
    if (result > count) result = count;
    memcpy(buffer, input + input_from, (size_t)result);
    input_from += result;
  }
  leave(&input_lock, locked);
  return result;
}
