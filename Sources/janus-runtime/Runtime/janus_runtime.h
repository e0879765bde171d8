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

// Memory that is given back all at once. Stands in a frame; all zero but for the capacity while
// nothing was asked for.
typedef struct janus_region {
  uint8_t *next;               // the first free byte
  uint8_t *end;                // where the free bytes end
  struct janus_chunk *chunks;  // what it took, the newest first
  int64_t capacity;            // how many bytes it may take; below zero there is no limit
  void *owner;                 // the thread that it belongs to; others get heap memory instead
} janus_region;

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
  JANUS_STATUS_PIPE = 141,   // standard output or error was closed by its reader
};

// What janus_alloc_count counts, when JANUS_STATS or JANUS_FAIL_ALLOC is set.
enum {
  JANUS_COUNT_ALLOCATIONS = 0,
  JANUS_COUNT_FREES = 1,
  JANUS_COUNT_LIVE_BYTES = 2,
  JANUS_COUNT_REGION_BYTES = 3,  // taken for regions from the operating system; always counted
};

// How janus_file_open opens: a sum of these.
enum {
  JANUS_OPEN_READ = 1,
  JANUS_OPEN_WRITE = 2,
  JANUS_OPEN_APPEND = 4,       // every write goes to the end
  JANUS_OPEN_CREATE = 8,       // created when absent
  JANUS_OPEN_CREATE_NEW = 16,  // must be absent
  JANUS_OPEN_EMPTY = 32,       // what it held is dropped
};

// What janus_path_kind finds; a link only without following it.
enum {
  JANUS_PATH_ABSENT,
  JANUS_PATH_FILE,
  JANUS_PATH_DIRECTORY,
  JANUS_PATH_OTHER,
  JANUS_PATH_LINK,
};

// The size of a buffer that holds any path.
enum { JANUS_PATH_MOST = 4096 };

// The fields that janus_path_stat and janus_file_stat fill; times are nanoseconds since 1970.
enum {
  JANUS_STAT_KIND,
  JANUS_STAT_SIZE,
  JANUS_STAT_PERMISSIONS,
  JANUS_STAT_MODIFIED,
  JANUS_STAT_ACCESSED,
  JANUS_STAT_DEVICE,
  JANUS_STAT_NUMBER,
};

// What janus_poll waits for, and how many descriptors it takes.
enum { JANUS_POLL_READ = 1, JANUS_POLL_WRITE = 2, JANUS_POLL_MOST = 1024 };

// Statuses below this are failures to resolve a host's name.
enum { JANUS_RESOLVER_ERRORS = -100000 };

// What janus_error_kind tells apart; `std.io_error` knows the same numbers.
enum {
  JANUS_ERROR_OTHER,
  JANUS_ERROR_NOT_FOUND,
  JANUS_ERROR_PERMISSION,
  JANUS_ERROR_EXISTS,
  JANUS_ERROR_IS_DIRECTORY,
  JANUS_ERROR_NOT_DIRECTORY,
  JANUS_ERROR_INVALID_PATH,
  JANUS_ERROR_NOT_EMPTY,
  JANUS_ERROR_HOST_NOT_FOUND,
  JANUS_ERROR_CONNECTION_REFUSED,
  JANUS_ERROR_CONNECTION_RESET,
  JANUS_ERROR_BROKEN_PIPE,
  JANUS_ERROR_TIMED_OUT,
  JANUS_ERROR_ADDRESS_IN_USE,
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
