// The runtime's tests. Without arguments: everything that returns. With a name: one scenario that
// ends the process, whose output and exit status run.sh compares.
#include "check.h"

int check_failures;
int check_count;

void check_text(const char *file, int line, const uint8_t *got, int64_t count, const char *want) {
  ++check_count;
  if (count == (int64_t)strlen(want) && memcmp(got, want, (size_t)count) == 0) return;
  ++check_failures;
  fprintf(stderr, "%s:%d: got `%.*s`, expected `%s`\n", file, line, (int)(count < 0 ? 0 : count),
          (const char *)got, want);
}

int main(int argc, char **argv) {
  if (argc > 1) return run_scenario(argv[1], argc, argv);
  test_alloc();
  test_regions();
  test_display();
  test_format();
  test_text();
  test_fs();
  test_system();
  test_panic();
  fprintf(stderr, "%d checks, %d failed\n", check_count, check_failures);
  return check_failures ? 1 : 0;
}
