// Comparing, checking and hashing bytes.
#include <string.h>

#include "internal.h"

int64_t janus_text_compare(
    const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length) {
  int64_t common = a_length < b_length ? a_length : b_length;
  int order = common > 0 ? memcmp(a, b, (size_t)common) : 0;
  if (order != 0) return order < 0 ? -1 : 1;
  return (a_length > b_length) - (a_length < b_length);
}

int32_t janus_text_equal(
    const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length) {
  return a_length == b_length && (a_length == 0 || memcmp(a, b, (size_t)a_length) == 0);
}

static bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The length of the well-formed sequence at `text`, or 0.
static int64_t sequence_length(const uint8_t *text, int64_t length) {
  uint8_t first = text[0];
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return length >= 2 && is_continuation(text[1]) ? 2 : 0;
  if (first < 0xF0) {
    if (length < 3 || !is_continuation(text[1]) || !is_continuation(text[2])) return 0;
    bool overlong = first == 0xE0 && text[1] < 0xA0;
    bool surrogate = first == 0xED && text[1] >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (length < 4) return 0;
  for (int i = 1; i < 4; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  bool overlong = first == 0xF0 && text[1] < 0x90;
  bool beyond = first == 0xF4 && text[1] >= 0x90;
  return overlong || beyond ? 0 : 4;
}

int64_t janus_utf8_error(const uint8_t *text, int64_t length) {
  int64_t at = 0;
  while (at < length) {
    if (at + 8 <= length) {
      uint64_t word;
      memcpy(&word, text + at, 8);
      if ((word & UINT64_C(0x8080808080808080)) == 0) {
        at += 8;
        continue;
      }
    }
    int64_t step = sequence_length(text + at, length - at);
    if (step == 0) return at;
    at += step;
  }
  return -1;
}

// The continuation bytes among `words` words of 8 bytes, at most 255 of them.
static int64_t continuations(const uint8_t *text, int64_t words) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t sums = 0;
  for (int64_t i = 0; i < words; ++i) {
    uint64_t word;
    memcpy(&word, text + i * 8, 8);
    // The highest bit is set and the next one is not.
    sums += word >> 7 & ~word >> 6 & ones;
  }
  const uint64_t even = UINT64_C(0x00FF00FF00FF00FF);
  uint64_t pairs = (sums & even) + (sums >> 8 & even);
  return (int64_t)((pairs * UINT64_C(0x0001000100010001)) >> 48);
}

int64_t janus_utf8_count(const uint8_t *text, int64_t length) {
  int64_t count = length, at = 0;
  while (at + 8 <= length) {
    int64_t words = (length - at) / 8;
    if (words > 255) words = 255;
    count -= continuations(text + at, words);
    at += words * 8;
  }
  for (; at < length; ++at) count -= is_continuation(text[at]);
  return count;
}

static uint64_t fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

static uint64_t half_at(const uint8_t *bytes) {
  uint32_t half;
  memcpy(&half, bytes, sizeof half);
  return half;
}

// Multiply and fold, 16 bytes at a time; what is left is read as two words that may overlap. Equal
// bytes hash equally in every process, so that output never depends on a run.
uint64_t janus_hash_bytes(const uint8_t *bytes, int64_t count) {
  const uint64_t first = UINT64_C(0x9E3779B97F4A7C15), second = UINT64_C(0xD6E8FEB86659FD93);
  uint64_t hash = fold((uint64_t)count ^ first, second);
  while (count > 16) {
    hash = fold(word_at(bytes) ^ first, word_at(bytes + 8) ^ hash);
    bytes += 16;
    count -= 16;
  }
  uint64_t low = 0, high = 0;
  if (count >= 8) {
    low = word_at(bytes);
    high = word_at(bytes + count - 8);
  } else if (count >= 4) {
    low = half_at(bytes);
    high = half_at(bytes + count - 4);
  } else if (count > 0) {
    low = (uint64_t)bytes[0] << 16 | (uint64_t)bytes[count / 2] << 8 | bytes[count - 1];
  }
  return fold(fold(low ^ second, high ^ hash), first);
}
