// Heap memory: malloc with checked sizes, alignment, and counting on request.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// malloc's own alignment; larger ones go through posix_memalign.
enum { JANUS_MALLOC_ALIGN = 16 };

static bool counting;
static bool report_counts;
static bool report_leaks;
static int64_t fail_at;
static _Atomic int64_t allocations;
static _Atomic int64_t frees;
static _Atomic int64_t live_bytes;

// Of the running thread, whatever was asked for.
static _Thread_local int64_t thread_allocations;
static _Thread_local int64_t thread_copies;

void janus_alloc_start(void) {
  const char *stats = getenv("JANUS_STATS");
  const char *fail = getenv("JANUS_FAIL_ALLOC");
  report_leaks = stats && strcmp(stats, "leaks") == 0;
  report_counts = stats && strcmp(stats, "1") == 0;
  fail_at = fail ? strtoll(fail, NULL, 10) : 0;
  counting = report_leaks || report_counts || fail_at > 0;
}

int32_t janus_alloc_finish(int32_t status) {
  if (!counting) return status;
  int64_t live = allocations - frees;
  janus_text text = {.count = 0};
  if (report_counts) {
    janus_text_add_c(&text, "allocations: ");
    janus_text_add_i64(&text, allocations);
    janus_text_add_c(&text, ", frees: ");
    janus_text_add_i64(&text, frees);
    janus_text_add_c(&text, ", live bytes: ");
    janus_text_add_i64(&text, live_bytes);
    if (janus_region_bytes() > 0) {
      janus_text_add_c(&text, ", region bytes: ");
      janus_text_add_i64(&text, janus_region_bytes());
    }
    janus_text_add_c(&text, "\n");
  }
  bool leaked = report_leaks && live != 0;
  if (leaked) {
    janus_text_add_c(&text, "leak: ");
    janus_text_add_i64(&text, live);
    janus_text_add_c(&text, " allocations, ");
    janus_text_add_i64(&text, live_bytes);
    janus_text_add_c(&text, " bytes\n");
  }
  janus_eprint(text.bytes, text.count);
  return leaked && status == 0 ? JANUS_STATUS_LEAK : status;
}

int64_t janus_alloc_count(int32_t what) {
  switch (what) {
    case JANUS_COUNT_ALLOCATIONS: return allocations;
    case JANUS_COUNT_FREES: return frees;
    case JANUS_COUNT_LIVE_BYTES: return live_bytes;
    case JANUS_COUNT_REGION_BYTES: return janus_region_bytes();
  }
  return -1;
}

int64_t janus_thread_allocations(void) { return thread_allocations; }

int64_t janus_thread_copies(void) { return thread_copies; }

void janus_note_copy(void) { ++thread_copies; }

// Counts one allocation; false when JANUS_FAIL_ALLOC asks for it to fail.
static bool count_allocation(int64_t size) {
  int64_t ordinal = ++allocations;
  if (fail_at > 0 && ordinal == fail_at) {
    --allocations;
    fail_at = 0;
    return false;
  }
  live_bytes += size;
  return true;
}

void janus_forget(int64_t size) {
  if (JANUS_LIKELY(!counting)) return;
  --allocations;
  live_bytes -= size;
}

static uint8_t *allocate(int64_t size, int64_t align) {
  if (JANUS_LIKELY(align <= JANUS_MALLOC_ALIGN)) return malloc((size_t)size);
  void *memory = NULL;
  return posix_memalign(&memory, (size_t)align, (size_t)size) == 0 ? memory : NULL;
}

uint8_t *janus_alloc(int64_t size, int64_t align) {
  if (JANUS_UNLIKELY(!janus_size_holds(size, align))) return NULL;
  if (JANUS_UNLIKELY(size == 0)) return (uint8_t *)(uintptr_t)align;
  if (JANUS_UNLIKELY(counting) && !count_allocation(size)) return NULL;
  ++thread_allocations;
  return allocate(size, align);
}

void janus_free(uint8_t *memory, int64_t size, int64_t align) {
  (void)align;
  if (size <= 0 || !memory || janus_in_region(memory)) return;
  if (JANUS_UNLIKELY(counting)) {
    ++frees;
    live_bytes -= size;
  }
  free(memory);
}

// A buffer in a region that shrinks stays there; one that grows goes on on the heap.
static uint8_t *move_to_heap(uint8_t *memory, int64_t old_size, int64_t new_size, int64_t align) {
  if (new_size <= old_size) return memory;
  uint8_t *moved = janus_alloc(new_size, align);
  if (moved) memcpy(moved, memory, (size_t)old_size);
  return moved;
}

uint8_t *janus_realloc(uint8_t *memory, int64_t old_size, int64_t new_size, int64_t align) {
  if (JANUS_UNLIKELY(!janus_size_holds(new_size, align))) return NULL;
  if (old_size == 0) return janus_alloc(new_size, align);
  if (new_size == 0) {
    janus_free(memory, old_size, align);
    return (uint8_t *)(uintptr_t)align;
  }
  if (JANUS_UNLIKELY(janus_in_region(memory))) {
    return move_to_heap(memory, old_size, new_size, align);
  }
  if (JANUS_UNLIKELY(counting) && !count_allocation(new_size)) return NULL;
  ++thread_allocations;
  uint8_t *moved = NULL;
  if (JANUS_LIKELY(align <= JANUS_MALLOC_ALIGN)) {
    moved = realloc(memory, (size_t)new_size);
  } else if ((moved = allocate(new_size, align))) {
    memcpy(moved, memory, (size_t)(old_size < new_size ? old_size : new_size));
    free(memory);
  }
  if (JANUS_UNLIKELY(counting) && moved) {
    ++frees;
    live_bytes -= old_size;
  }
  return moved;
}
