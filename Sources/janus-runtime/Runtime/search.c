// Searching for bytes in bytes, from the beginning and from the end. The time is linear in the
// length of both, whatever they are.
#include <string.h>

#include "internal.h"

int64_t janus_text_find(
    const uint8_t *text, int64_t length, const uint8_t *part, int64_t part_length) {
  if (part_length == 0) return 0;
  if (part_length > length) return -1;
  const uint8_t *found = part_length == 1
                             ? memchr(text, part[0], (size_t)length)
                             : memmem(text, (size_t)length, part, (size_t)part_length);
  return found ? found - text : -1;
}

// Bytes read backward: number 0 is the last one.
typedef struct reversed {
  const uint8_t *last;
  int64_t length;
} reversed;

static reversed reverse(const uint8_t *bytes, int64_t length) {
  return (reversed){bytes + length - 1, length};
}

static uint8_t byte_at(reversed bytes, int64_t index) { return bytes.last[-index]; }

// Where the greatest suffix of `part` begins, less one, in the order of bytes or the opposite one;
// `*period` is the suffix's period.
static int64_t greatest_suffix(reversed part, bool opposite, int64_t *period) {
  int64_t before = -1, at = 0, step = 1;
  *period = 1;
  while (at + step < part.length) {
    uint8_t a = byte_at(part, at + step), b = byte_at(part, before + step);
    if (a == b) {
      if (step == *period) {
        at += *period;
        step = 1;
      } else {
        ++step;
      }
    } else if ((a < b) != opposite) {
      at += step;
      step = 1;
      *period = at - before;
    } else {
      before = at++;
      step = *period = 1;
    }
  }
  return before;
}

// Whether `part` begins with `count` bytes that come again `distance` behind.
static bool repeats(reversed part, int64_t count, int64_t distance) {
  for (int64_t i = 0; i < count; ++i) {
    if (byte_at(part, i) != byte_at(part, i + distance)) return false;
  }
  return true;
}

// The first occurrence of `part`, which is not empty, by the two-way algorithm of Crochemore and
// Perrin: from the middle of the part to its end, then from the middle to its beginning.
static int64_t find_two_way(reversed text, reversed part) {
  int64_t period, other;
  int64_t middle = greatest_suffix(part, false, &period);
  int64_t second = greatest_suffix(part, true, &other);
  if (second > middle) {
    middle = second;
    period = other;
  }
  bool is_periodic = repeats(part, middle + 1, period);
  if (!is_periodic) {
    int64_t rest = part.length - middle - 1;
    period = (middle + 1 > rest ? middle + 1 : rest) + 1;
  }
  // Of a periodic part, the bytes up to `known` are known to stand at `at`.
  int64_t known = -1;
  for (int64_t at = 0; at <= text.length - part.length;) {
    int64_t i = (known > middle ? known : middle) + 1;
    while (i < part.length && byte_at(part, i) == byte_at(text, at + i)) ++i;
    if (i < part.length) {
      at += i - middle;
      known = -1;
      continue;
    }
    i = middle;
    while (i > known && byte_at(part, i) == byte_at(text, at + i)) --i;
    if (i <= known) return at;
    at += period;
    if (is_periodic) known = part.length - period - 1;
  }
  return -1;
}

int64_t janus_text_find_last(
    const uint8_t *text, int64_t length, const uint8_t *part, int64_t part_length) {
  if (part_length == 0) return length;
  // Comparing at every place where the first byte stands is quickest where that is rare.
  int64_t compared = 0;
  for (int64_t from = length - part_length; from >= 0; --from) {
    const uint8_t *start = memrchr(text, part[0], (size_t)from + 1);
    if (!start) return -1;
    from = start - text;
    if (memcmp(start, part, (size_t)part_length) == 0) return from;
    compared += part_length;
    if (compared > 4 * (length - from) + 64) {
      int64_t rest = from + part_length - 1;
      int64_t found = find_two_way(reverse(text, rest), reverse(part, part_length));
      return found < 0 ? -1 : rest - part_length - found;
    }
  }
  return -1;
}
