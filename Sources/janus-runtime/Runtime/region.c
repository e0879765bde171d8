// Regions: memory that is asked for piece by piece and given back all at once. A region takes
// chunks from one reserved range of addresses, so that the address tells region memory from the
// heap's. A region that ends leaves its chunks to the next one of its thread; nothing goes back to
// the operating system.
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define JANUS_POISON(memory, size) __asan_poison_memory_region(memory, (size_t)(size))
#define JANUS_UNPOISON(memory, size) __asan_unpoison_memory_region(memory, (size_t)(size))
// Poisoned bytes between two blocks, so that running over the end is seen.
enum { JANUS_GAP = 16 };
#endif
#endif
#ifndef JANUS_POISON
#define JANUS_POISON(memory, size) ((void)(memory), (void)(size))
#define JANUS_UNPOISON(memory, size) ((void)(memory), (void)(size))
enum { JANUS_GAP = 0 };
#endif

// A chunk of class n has 2^(n + JANUS_CHUNK_SHIFT) bytes. Chunks of a region double up to the class
// JANUS_USUAL; a block that needs more gets a chunk for itself.
enum { JANUS_CHUNK_SHIFT = 16, JANUS_CLASSES = 22, JANUS_USUAL = 4 };
#define JANUS_RANGE_MOST (UINT64_C(1) << 38)
#define JANUS_RANGE_LEAST (UINT64_C(1) << 28)

typedef struct janus_chunk {
  struct janus_chunk *older;
  int64_t class;
} janus_chunk;

janus_range janus_regions;

static pthread_once_t reserved = PTHREAD_ONCE_INIT;
static _Atomic uintptr_t taken;
static pthread_mutex_t left_lock = PTHREAD_MUTEX_INITIALIZER;
static janus_chunk *left[JANUS_CLASSES];  // by threads that ended
static _Atomic bool any_left;
static _Thread_local janus_chunk *spare[JANUS_CLASSES];

// Addresses only; a chunk becomes memory when it is taken.
static void reserve(void) {
  for (uintptr_t size = JANUS_RANGE_MOST; size >= JANUS_RANGE_LEAST; size >>= 1) {
    void *base = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) continue;
    janus_regions.base = (uintptr_t)base;
    janus_regions.size = size;
    return;
  }
}

int64_t janus_region_bytes(void) { return (int64_t)taken; }

static int64_t chunk_size(int64_t class) { return INT64_C(1) << (class + JANUS_CHUNK_SHIFT); }

static uint8_t *first_byte(janus_chunk *chunk) { return (uint8_t *)(chunk + 1); }

static uint8_t *end_of(janus_chunk *chunk) { return (uint8_t *)chunk + chunk_size(chunk->class); }

static janus_chunk *take_left(int64_t class) {
  if (!any_left) return NULL;
  pthread_mutex_lock(&left_lock);
  janus_chunk *chunk = left[class];
  if (chunk) left[class] = chunk->older;
  pthread_mutex_unlock(&left_lock);
  return chunk;
}

static janus_chunk *take_new(int64_t class) {
  pthread_once(&reserved, reserve);
  uintptr_t size = (uintptr_t)chunk_size(class);
  uintptr_t offset = atomic_load(&taken);
  do {
    if (offset + size > janus_regions.size) return NULL;
  } while (!atomic_compare_exchange_weak(&taken, &offset, offset + size));
  void *memory = (void *)(janus_regions.base + offset);
  if (mprotect(memory, size, PROT_READ | PROT_WRITE) != 0) return NULL;
  return memory;
}

static janus_chunk *take(int64_t class) {
  if (class >= JANUS_CLASSES) return NULL;
  janus_chunk *chunk = spare[class];
  if (chunk) {
    spare[class] = chunk->older;
  } else if (!(chunk = take_left(class)) && !(chunk = take_new(class))) {
    return NULL;
  }
  chunk->class = class;
  JANUS_POISON(first_byte(chunk), end_of(chunk) - first_byte(chunk));
  return chunk;
}

static int64_t class_for(int64_t size) {
  int64_t class = 0;
  while (chunk_size(class) < size) ++class;
  return class;
}

static uint8_t *aligned(uint8_t *memory, int64_t align) {
  return (uint8_t *)(((uintptr_t)memory + (uintptr_t)align - 1) & ~((uintptr_t)align - 1));
}

// The next `size` bytes of `region`, or null when its newest chunk does not hold them.
static inline uint8_t *bump(int64_t size, int64_t align, janus_region *region) {
  uint8_t *start = aligned(region->next, align);
  if (JANUS_UNLIKELY((intptr_t)region->end - (intptr_t)start < size)) return NULL;
  region->next = start + size;
  JANUS_UNPOISON(start, size);
  if (JANUS_GAP > 0 && region->end - region->next >= JANUS_GAP) region->next += JANUS_GAP;
  return start;
}

// The first allocation of a region that is limited: all it may ever have.
static uint8_t *begin_fixed(int64_t size, int64_t align, janus_region *region) {
  if (region->chunks || region->capacity > JANUS_SIZE_LIMIT) return NULL;
  janus_chunk *chunk = take(class_for(region->capacity + (int64_t)sizeof(janus_chunk)));
  if (!chunk) return NULL;
  chunk->older = NULL;
  region->chunks = chunk;
  region->next = first_byte(chunk);
  region->end = region->next + region->capacity;
  return bump(size, align, region);
}

// A block with a chunk for itself, behind the newest, which is filled on.
static uint8_t *alone(int64_t class, int64_t size, int64_t align, janus_region *region) {
  janus_chunk *chunk = take(class);
  if (!chunk) return NULL;
  janus_chunk **place = region->chunks ? &region->chunks->older : &region->chunks;
  chunk->older = *place;
  *place = chunk;
  uint8_t *start = aligned(first_byte(chunk), align);
  JANUS_UNPOISON(start, size);
  return start;
}

__attribute__((cold, noinline)) static uint8_t *grow(
    int64_t size, int64_t align, janus_region *region) {
  if (region->capacity >= 0) return begin_fixed(size, align, region);
  int64_t needed = class_for(size + align + (int64_t)sizeof(janus_chunk));
  if (needed > JANUS_USUAL) return alone(needed, size, align, region);
  int64_t class = region->next ? region->chunks->class + 1 : 0;
  if (class > JANUS_USUAL) class = JANUS_USUAL;
  janus_chunk *chunk = take(class > needed ? class : needed);
  if (!chunk) return NULL;
  chunk->older = region->chunks;
  region->chunks = chunk;
  region->next = first_byte(chunk);
  region->end = end_of(chunk);
  return bump(size, align, region);
}

void janus_region_begin(janus_region *region, int64_t capacity) {
  *region = (janus_region){.capacity = capacity, .owner = spare};
}

__attribute__((noinline)) static void give_back(janus_chunk *chunk) {
  while (chunk) {
    janus_chunk *older = chunk->older;
    JANUS_POISON(first_byte(chunk), end_of(chunk) - first_byte(chunk));
    chunk->older = spare[chunk->class];
    spare[chunk->class] = chunk;
    chunk = older;
  }
}

void janus_region_end(janus_region *region) {
  if (region->chunks) give_back(region->chunks);
}

// A thread to which a value in a region is lent may let it grow.
static inline bool is_shared(const janus_region *region) { return region->owner != spare; }

uint8_t *janus_region_alloc(int64_t size, int64_t align, janus_region *region) {
  if (JANUS_LIKELY(!region) || JANUS_UNLIKELY(is_shared(region))) return janus_alloc(size, align);
  if (JANUS_UNLIKELY(!janus_size_holds(size, align))) return NULL;
  if (JANUS_UNLIKELY(size == 0)) return (uint8_t *)(uintptr_t)align;
  uint8_t *memory = bump(size, align, region);
  return JANUS_LIKELY(memory != NULL) ? memory : grow(size, align, region);
}

uint8_t *janus_region_realloc(
    uint8_t *memory, int64_t old_size, int64_t new_size, int64_t align, janus_region *region) {
  if (JANUS_LIKELY(!region) || JANUS_UNLIKELY(is_shared(region))) {
    return janus_realloc(memory, old_size, new_size, align);
  }
  if (JANUS_UNLIKELY(!janus_size_holds(new_size, align))) return NULL;
  if (old_size > 0 && janus_in_region(memory)) {
    if (new_size <= old_size) return memory;
    // The newest block grows where it is.
    if (JANUS_GAP == 0 && memory + old_size == region->next && region->end - memory >= new_size) {
      region->next = memory + new_size;
      return memory;
    }
  }
  uint8_t *moved = janus_region_alloc(new_size, align, region);
  if (!moved || old_size <= 0) return moved;
  memcpy(moved, memory, (size_t)(old_size < new_size ? old_size : new_size));
  janus_free(memory, old_size, align);
  return moved;
}

void janus_region_thread_end(void) {
  for (int64_t class = 0; class < JANUS_CLASSES; ++class) {
    janus_chunk *chunk = spare[class];
    if (!chunk) continue;
    while (chunk->older) chunk = chunk->older;
    pthread_mutex_lock(&left_lock);
    chunk->older = left[class];
    left[class] = spare[class];
    any_left = true;
    pthread_mutex_unlock(&left_lock);
    spare[class] = NULL;
  }
}
