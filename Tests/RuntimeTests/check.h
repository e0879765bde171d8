// How the runtime's test program reports: one line for each expectation that fails.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

#include "janus_runtime.h"

extern int check_failures;
extern int check_count;

#define CHECK(condition)                                                \
  do {                                                                  \
    ++check_count;                                                      \
    if (!(condition)) {                                                 \
      ++check_failures;                                                 \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
    }                                                                   \
  } while (0)

#define BYTES(literal) ((const uint8_t *)(literal)), ((int64_t)sizeof(literal) - 1)

void check_text(const char *file, int line, const uint8_t *got, int64_t count, const char *want);
#define CHECK_TEXT(got, count, want) check_text(__FILE__, __LINE__, got, count, want)

void test_alloc(void);
void test_regions(void);
void test_display(void);
void test_format(void);
void test_text(void);
void test_fs(void);
void test_system(void);
void test_panic(void);
// Runs a scenario that ends the process; the exit status, or -1 for an unknown name.
int run_scenario(const char *name, int argc, char **argv);

#endif
