// The runtime's contract with compiled programs, the JIT, the interpreter and `std`.
// Everything callable is a line of janus_runtime.def. Runtime functions return a status and never
// unwind, except the PANICS entries, which unwind by _Unwind_ForcedUnwind to the catching frame.
#ifndef JANUS_RUNTIME_H
#define JANUS_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where a panic happened; the compiler makes one static value for each place.
typedef struct janus_place {
  const uint8_t *file;
  int64_t file_length;
  uint32_t line;
  uint32_t column;
} janus_place;

// The program's entry, and a test's body: the exit status, or 0 for a test that passed.
typedef int32_t janus_entry(void);
typedef void janus_body(void *environment);
typedef void janus_finisher(void);

// The codes of language.md section 15.
enum {
  JANUS_P001_INDEX = 1,
  JANUS_P002_OVERFLOW = 2,
  JANUS_P003_DIVISION = 3,
  JANUS_P004_CONTRACT = 4,
  JANUS_P005_UNREACHABLE = 5,
  JANUS_P006_MEMORY = 6,
  JANUS_P007_EXCLUSIVITY = 7,
  JANUS_P008_TEXT = 8,
  JANUS_P009_CAPABILITY = 9,
  JANUS_P010_UNWRAP = 10,
  JANUS_P011_STACK = 11,
};

// Exit statuses.
enum {
  JANUS_STATUS_ERROR = 1,    // an error reached `main`
  JANUS_STATUS_LEAK = 99,    // JANUS_STATS=leaks found memory that was not freed
  JANUS_STATUS_PANIC = 101,  // a panic reached the program's start
  JANUS_STATUS_ABORT = 134,  // a panic that could not be reported in the ordinary way
  JANUS_STATUS_PIPE = 141,   // standard output was closed by its reader
};

// What janus_alloc_count counts, when JANUS_STATS or JANUS_FAIL_ALLOC is set.
enum {
  JANUS_COUNT_ALLOCATIONS = 0,
  JANUS_COUNT_FREES = 1,
  JANUS_COUNT_LIVE_BYTES = 2,
};

// How janus_file_open opens.
enum {
  JANUS_OPEN_READ = 0,
  JANUS_OPEN_WRITE = 1,   // created or emptied
  JANUS_OPEN_APPEND = 2,  // created when absent
  JANUS_OPEN_UPDATE = 3,  // read and write, created when absent
};

// What janus_path_kind finds.
enum { JANUS_PATH_ABSENT, JANUS_PATH_FILE, JANUS_PATH_DIRECTORY, JANUS_PATH_OTHER };

// What janus_error_kind tells apart; `std.fs.IoError` has the same order.
enum {
  JANUS_ERROR_OTHER,
  JANUS_ERROR_NOT_FOUND,
  JANUS_ERROR_PERMISSION,
  JANUS_ERROR_EXISTS,
  JANUS_ERROR_IS_DIRECTORY,
  JANUS_ERROR_NOT_DIRECTORY,
  JANUS_ERROR_INVALID_PATH,
};

// The bits of janus_char_class.
enum {
  JANUS_CHAR_ALPHABETIC = 1,
  JANUS_CHAR_NUMERIC = 2,
  JANUS_CHAR_SPACE = 4,
  JANUS_CHAR_UPPER = 8,
  JANUS_CHAR_LOWER = 16,
  JANUS_CHAR_PUNCTUATION = 32,  // and symbols
  JANUS_CHAR_CONTROL = 64,
  JANUS_CHAR_DECIMAL = 128,
};

// Enough for the text of any number without a format spec.
enum { JANUS_NUMBER_TEXT = 48 };

#define JANUS_PLAIN __attribute__((visibility("default")))
#define JANUS_COLD __attribute__((visibility("default"), cold))
#define JANUS_PANICS __attribute__((visibility("default"), cold, noinline, noreturn))
#define JANUS_ENDS __attribute__((visibility("default"), cold, noinline, noreturn))
#define JANUS_ENTRY(name, result, parameters, attributes) \
  JANUS_##attributes result name parameters;
#include "janus_runtime.def"
#undef JANUS_ENTRY

#ifdef __cplusplus
}
#endif

#endif
