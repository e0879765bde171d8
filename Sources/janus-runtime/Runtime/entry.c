// How a program or a test starts and ends: the catching frame, the finishers, the exit status.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "panic.h"

enum { JANUS_FINISHER_STEP = 16 };

static janus_finisher **finishers;
static int64_t finisher_count;
static int64_t finisher_capacity;
static int64_t tests_run;
static int64_t tests_failed;

void janus_start(int32_t argc, char **argv) {
  static bool started;
  if (started) return;
  started = true;
  janus_arguments_start(argc, argv);
  janus_alloc_start();
  janus_stack_start();
  // Writing to a closed pipe or socket is an error that the program sees. What it writes to its
  // own closed output still ends it silently, as it does C tools; janus_write_all does that.
  signal(SIGPIPE, SIG_IGN);
}

// setjmp's frame must not be inlined into one that goes on using its stack differently.
__attribute__((noinline)) int32_t janus_catch_entry(janus_entry *body, int32_t *status) {
  janus_catch_frame frame;
  janus_catch_push(&frame);
  if (setjmp(frame.target) == 0) {
    *status = body();
    janus_catch_pop(&frame);
    return 0;
  }
  janus_catch_pop(&frame);
  janus_catch_end();
  return frame.code;
}

__attribute__((noinline)) int32_t janus_catch(janus_body *body, void *environment) {
  janus_catch_frame frame;
  janus_catch_push(&frame);
  if (setjmp(frame.target) == 0) {
    body(environment);
    janus_catch_pop(&frame);
    return 0;
  }
  janus_catch_pop(&frame);
  janus_catch_end();
  return frame.code;
}

void janus_at_exit(janus_finisher *finisher) {
  if (finisher_count == finisher_capacity) {
    int64_t capacity = finisher_capacity + JANUS_FINISHER_STEP;
    janus_finisher **grown = realloc(finishers, (size_t)capacity * sizeof *grown);
    // Without memory for the list the process is about to fail anyway; a static that is not
    // destroyed is the lesser harm.
    if (!grown) return;
    finishers = grown;
    finisher_capacity = capacity;
  }
  finishers[finisher_count++] = finisher;
}

static void run_finisher(void *environment) {
  janus_finisher *const *finisher = environment;
  (*finisher)();
}

int32_t janus_finish(int32_t status) {
  while (finisher_count > 0) {
    janus_finisher *finisher = finishers[--finisher_count];
    if (janus_catch(run_finisher, &finisher) != 0) status = JANUS_STATUS_PANIC;
  }
  free(finishers);
  finishers = NULL;
  finisher_capacity = 0;
  janus_flush();
  return janus_alloc_finish(status);
}

int32_t janus_run_main(int32_t argc, char **argv, janus_entry *entry) {
  janus_start(argc, argv);
  int32_t status = 0;
  if (janus_catch_entry(entry, &status) != 0) status = JANUS_STATUS_PANIC;
  return janus_finish(status);
}

void janus_exit(int32_t status) {
  janus_flush();
  exit(status);
}

// Whether the arguments name this test; a program of tests without arguments runs all.
static bool test_is_chosen(const uint8_t *name, int64_t length) {
  int64_t count = janus_argument_count();
  if (count <= 1) return true;
  for (int64_t i = 1; i < count; ++i) {
    int64_t wanted_length = 0;
    const uint8_t *wanted = janus_argument(i, &wanted_length);
    if (janus_text_find(name, length, wanted, wanted_length) >= 0) return true;
  }
  return false;
}

int32_t janus_run_test(const uint8_t *name, int64_t length, janus_entry *body) {
  if (!test_is_chosen(name, length)) return 0;
  ++tests_run;
  int32_t status = 0;
  int32_t code = janus_catch_entry(body, &status);
  bool failed = code != 0 || status != 0;
  tests_failed += failed;
  janus_text line = {.count = 0};
  janus_text_add_c(&line, failed ? "FAILED " : "ok     ");
  janus_text_add(&line, name, length);
  janus_text_add_c(&line, "\n");
  janus_print(line.bytes, line.count);
  return failed ? 1 : 0;
}

int32_t janus_test_summary(void) {
  janus_text line = {.count = 0};
  janus_text_add_i64(&line, tests_run - tests_failed);
  janus_text_add_c(&line, " passed, ");
  janus_text_add_i64(&line, tests_failed);
  janus_text_add_c(&line, " failed\n");
  janus_print(line.bytes, line.count);
  return tests_failed == 0 ? 0 : 1;
}
