// What the runtime's files share with each other and with nobody else.
#ifndef JANUS_INTERNAL_H
#define JANUS_INTERNAL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "janus_runtime.h"

#define JANUS_LIKELY(x) __builtin_expect(!!(x), 1)
#define JANUS_UNLIKELY(x) __builtin_expect(!!(x), 0)

// A frame that panics unwind to. It stands in the frame itself, so that its address tells the
// unwinder which frames lie below it.
typedef struct janus_catch_frame {
  jmp_buf target;
  struct janus_catch_frame *outer;
  int32_t code;
} janus_catch_frame;

// Runs `body` with a catching frame; 0, or the code of the panic that ended it.
int32_t janus_catch_entry(janus_entry *body, int32_t *status);

// alloc.c: reads JANUS_STATS and JANUS_FAIL_ALLOC.
void janus_alloc_start(void);
// alloc.c: prints what JANUS_STATS asks for and gives the exit status.
int32_t janus_alloc_finish(int32_t status);

// Whether an allocation of this size and alignment can be asked for at all.
#define JANUS_SIZE_LIMIT (INT64_C(1) << 47)
static inline bool janus_size_holds(int64_t size, int64_t align) {
  return size >= 0 && size <= JANUS_SIZE_LIMIT && align > 0 && (align & (align - 1)) == 0;
}

// region.c: where the memory of all regions comes from; of size 0 until there is a region.
typedef struct janus_range {
  uintptr_t base;
  uintptr_t size;
} janus_range;
extern janus_range janus_regions;
static inline bool janus_in_region(const uint8_t *memory) {
  return (uintptr_t)memory - janus_regions.base < janus_regions.size;
}
// region.c: bytes taken so far from the operating system.
int64_t janus_region_bytes(void);
// region.c: hands what this thread keeps for its next regions to the others.
void janus_region_thread_end(void);

// os.c
void janus_arguments_start(int32_t argc, char **argv);

// stack.c: the handler that turns a stack overflow into P011.
void janus_stack_start(void);
// The same for a thread that begins; what it gives is for the end of the thread.
void *janus_stack_enter(void);
void janus_stack_leave(void *signal_stack);

// io.c: writes all bytes to a descriptor; 0 or minus an error number.
int64_t janus_write_all(int descriptor, const uint8_t *bytes, int64_t count);

// panic.c: the code of the panic that is unwinding this thread, or 0.
int32_t janus_panicking(void);

// A fixed buffer for messages: appends what fits, never allocates.
typedef struct janus_text {
  uint8_t bytes[512];
  int64_t count;
} janus_text;

void janus_text_add(janus_text *text, const uint8_t *bytes, int64_t count);
void janus_text_add_c(janus_text *text, const char *string);
void janus_text_add_i64(janus_text *text, int64_t value);

// file.c: the result of a system call, or minus `errno` when it failed.
int64_t janus_status_of(int64_t result);

// A path as C wants it.
typedef struct janus_c_path {
  char bytes[JANUS_PATH_MOST];
} janus_c_path;

// 0, or minus an error number when the path is too long or holds NUL.
int64_t janus_c_path_set(janus_c_path *path, const uint8_t *bytes, int64_t length);

#endif
