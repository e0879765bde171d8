// Panics: cleanups run in order on the way to the catching frame; and the scenarios that end the
// process, which run.sh starts one by one.
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

static const janus_place place = {(const uint8_t *)"case.jan", 8, 12, 5};
static char order[16];
static int order_count;

static void note(const char *mark) { order[order_count++] = *mark; }

static void cleanup(const char **mark) { note(*mark); }

static void panic_again(const char **mark) {
  note(*mark);
  janus_panic_divide(&place);
}

__attribute__((noinline)) static void inner(int64_t index) {
  __attribute__((cleanup(cleanup))) const char *first = "a";
  __attribute__((cleanup(cleanup))) const char *second = "b";
  (void)first, (void)second;
  if (index >= 3) janus_panic_index(index, 3, &place);
  note("-");
}

__attribute__((noinline)) static void outer(void *environment) {
  __attribute__((cleanup(cleanup))) const char *mark = "c";
  (void)mark;
  inner(*(int64_t *)environment);
}

// Keeps the expected text of a panic out of the test's own output.
static int hush(void) {
  int saved = dup(STDERR_FILENO);
  if (!freopen("/dev/null", "w", stderr)) abort();
  return saved;
}

static void unhush(int saved) {
  dup2(saved, STDERR_FILENO);
  close(saved);
}

void test_panic(void) {
  int64_t index = 1;
  CHECK(janus_catch(outer, &index) == 0);
  int saved = hush();
  index = 7;
  int32_t code = janus_catch(outer, &index);
  int32_t again = janus_catch(outer, &index);
  unhush(saved);
  CHECK(code == JANUS_P001_INDEX);
  CHECK(again == JANUS_P001_INDEX);
  order[order_count] = 0;
  CHECK(strcmp(order, "-bacbacbac") == 0);
}

static int32_t entry_index(void) {
  janus_print(BYTES("before\n"));
  int64_t index = 7;
  outer(&index);
  return 0;
}

static int32_t entry_fine(void) { return 3; }

static int32_t entry_twice(void) {
  __attribute__((cleanup(panic_again))) const char *mark = "x";
  (void)mark;
  janus_panic_overflow(&place);
}

__attribute__((noinline)) static int64_t deep(volatile int64_t *counter) {
  volatile char room[256];
  room[0] = (char)++*counter;
  return *counter == INT64_MAX ? 0 : deep(counter) + room[0];
}

static int32_t entry_deep(void) {
  volatile int64_t counter = 0;
  return (int32_t)deep(&counter);
}

static int32_t entry_error(void) { return janus_report_error(BYTES("file not found"), &place); }

static int32_t entry_leak(void) {
  uint8_t *kept = janus_alloc(40, 8);
  janus_free(janus_alloc(8, 8), 8, 8);
  return kept ? 0 : 5;
}

static int32_t entry_abort(void) {
  janus_set_panic_abort();
  __attribute__((cleanup(cleanup))) const char *mark = "y";
  (void)mark;
  janus_panic_assert(BYTES("x > 0"), &place);
}

static int32_t entry_pipe(void) {
  for (int i = 0; i < 100000; ++i) janus_print(BYTES("a line that nobody reads\n"));
  return 0;
}

static int32_t entry_lines(void) {
  int64_t length = 0;
  for (;;) {
    const uint8_t *line = janus_read_line(&length);
    if (!line) return 0;
    janus_print(BYTES("["));
    janus_print(line, length);
    janus_print(BYTES("]"));
  }
}

static void finisher_first(void) { janus_print(BYTES("first\n")); }
static void finisher_second(void) { janus_print(BYTES("second\n")); }

static int32_t entry_finishers(void) {
  janus_at_exit(finisher_first);
  janus_at_exit(finisher_second);
  return 0;
}

static int32_t body_good(void) { return 0; }
static int32_t body_bad(void) { janus_panic_unwrap(&place); }

static int32_t entry_tests(void) {
  janus_run_test(BYTES("adds"), body_good);
  janus_run_test(BYTES("breaks"), body_bad);
  return janus_test_summary();
}

int run_scenario(const char *name, int argc, char **argv) {
  static const struct {
    const char *name;
    janus_entry *entry;
  } scenarios[] = {
      {"index", entry_index}, {"fine", entry_fine},   {"twice", entry_twice},
      {"deep", entry_deep},   {"error", entry_error}, {"leak", entry_leak},
      {"abort", entry_abort}, {"pipe", entry_pipe},   {"lines", entry_lines},
      {"finishers", entry_finishers},                 {"tests", entry_tests},
  };
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; ++i) {
    if (strcmp(name, scenarios[i].name) != 0) continue;
    // The scenario's name is not an argument of the program it stands for.
    return janus_run_main(argc - 1, argv + 1, scenarios[i].entry);
  }
  return -1;
}
