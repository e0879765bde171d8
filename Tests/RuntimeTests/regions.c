// Regions: alignment, sizes, chunks that come back, limits, blocks that move to the heap.
#include <pthread.h>
#include <stdbool.h>

#include "check.h"
#include "internal.h"

enum { JANUS_WORKERS = 4 };

static bool is_filled(const uint8_t *memory, int64_t size, uint8_t byte) {
  for (int64_t i = 0; i < size; ++i) {
    if (memory[i] != byte) return false;
  }
  return true;
}

// One pass over sizes below and above a chunk; the bytes that it took from the operating system.
static int64_t pass(void) {
  int64_t before = janus_alloc_count(JANUS_COUNT_REGION_BYTES);
  janus_region region;
  janus_region_begin(&region, -1);
  uint8_t *blocks[40];
  for (int i = 0; i < 40; ++i) {
    int64_t size = INT64_C(1) << (i % 22), align = INT64_C(1) << (i % 13);
    blocks[i] = janus_region_alloc(size, align, &region);
    CHECK(blocks[i] && ((uintptr_t)blocks[i] & (uintptr_t)(align - 1)) == 0);
    memset(blocks[i], i, (size_t)size);
  }
  for (int i = 0; i < 40; ++i) {
    CHECK(is_filled(blocks[i], INT64_C(1) << (i % 22), (uint8_t)i));
  }
  janus_region_end(&region);
  return janus_alloc_count(JANUS_COUNT_REGION_BYTES) - before;
}

static void test_growing(void) {
  janus_region region;
  janus_region_begin(&region, -1);
  uint8_t *text = janus_region_alloc(8, 1, &region);
  memset(text, 'a', 8);
  text = janus_region_realloc(text, 8, 5000, 1, &region);
  CHECK(is_filled(text, 8, 'a'));
  text = janus_region_realloc(text, 5000, 200000, 1, &region);
  CHECK(is_filled(text, 8, 'a'));
  CHECK(janus_region_realloc(text, 200000, 10, 1, &region) == text);
  // Without its region a block goes on on the heap, and only that is freed.
  uint8_t *moved = janus_realloc(text, 10, 400000, 1);
  CHECK(moved && moved != text && is_filled(moved, 8, 'a'));
  janus_free(moved, 400000, 1);
  CHECK(janus_realloc(text, 10, 4, 1) == text);
  janus_free(text, 4, 1);
  // A heap block that grows in a region leaves the heap.
  uint8_t *heap = janus_alloc(16, 8);
  memset(heap, 'h', 16);
  heap = janus_region_realloc(heap, 16, 64, 8, &region);
  CHECK(is_filled(heap, 16, 'h'));
  janus_region_end(&region);
}

static void test_limits(void) {
  janus_region region;
  janus_region_begin(&region, 100);
  CHECK(janus_region_alloc(60, 1, &region) != NULL);
  CHECK(janus_region_alloc(60, 1, &region) == NULL);
  CHECK(janus_region_alloc(0, 64, &region) == (uint8_t *)64);
  janus_region_end(&region);
  janus_region_begin(&region, 0);
  CHECK(janus_region_alloc(1, 1, &region) == NULL);
  CHECK(janus_region_alloc(0, 1, &region) == (uint8_t *)1);
  janus_region_end(&region);
  janus_region_begin(&region, INT64_MAX);
  CHECK(janus_region_alloc(1, 1, &region) == NULL);
  janus_region_end(&region);
  janus_region_begin(&region, -1);
  CHECK(janus_region_alloc(-1, 1, &region) == NULL);
  CHECK(janus_region_alloc(8, 3, &region) == NULL);
  CHECK(janus_region_alloc(INT64_C(1) << 46, 1, &region) == NULL);
  janus_region_end(&region);
  uint8_t *heap = janus_region_alloc(24, 8, NULL);
  CHECK(heap != NULL);
  janus_free(janus_region_realloc(heap, 24, 48, 8, NULL), 48, 8);
}

static void *grow_elsewhere(void *argument) {
  janus_region *region = argument;
  uint8_t *memory = janus_region_alloc(32, 8, region);
  memset(memory, 'e', 32);
  return janus_region_realloc(memory, 32, 64, 8, region);
}

// Another thread gets heap memory, which the owner takes into the region when it grows.
static void test_other_thread(void) {
  janus_region region;
  janus_region_begin(&region, -1);
  pthread_t other;
  void *memory = NULL;
  CHECK(pthread_create(&other, NULL, grow_elsewhere, &region) == 0);
  pthread_join(other, &memory);
  CHECK(region.chunks == NULL);
  uint8_t *moved = janus_region_realloc(memory, 64, 128, 8, &region);
  CHECK(region.chunks != NULL && is_filled(moved, 32, 'e'));
  janus_region_end(&region);
}

static void *work(void *unused) {
  (void)unused;
  for (int i = 0; i < 50; ++i) pass();
  janus_region_thread_end();
  return NULL;
}

void test_regions(void) {
  CHECK(pass() > 0);
  CHECK(pass() == 0);
  test_growing();
  test_limits();
  test_other_thread();
  pthread_t workers[JANUS_WORKERS];
  for (int i = 0; i < JANUS_WORKERS; ++i) {
    CHECK(pthread_create(&workers[i], NULL, work, NULL) == 0);
  }
  for (int i = 0; i < JANUS_WORKERS; ++i) pthread_join(workers[i], NULL);
  // What the threads left is used again.
  pthread_t last;
  int64_t before = janus_alloc_count(JANUS_COUNT_REGION_BYTES);
  CHECK(pthread_create(&last, NULL, work, NULL) == 0);
  pthread_join(last, NULL);
  CHECK(janus_alloc_count(JANUS_COUNT_REGION_BYTES) == before);
}
