// Properties of characters, case of text and the bounds of what a reader takes for one character.
// The tables are written by unicode_tables.py, which says the version of Unicode.
#include <string.h>

#include "internal.h"

// What characters of the same kind have in common; `upper` and `lower` are added to the code.
typedef struct unicode_record {
  int32_t upper, lower;
  uint16_t flags;
  uint8_t grapheme;
} unicode_record;

typedef struct unicode_special {
  uint32_t code;
  int32_t count;
  uint32_t upper[3];
} unicode_special;

#include "unicode_tables.inc"

static const unicode_record *record_of(uint32_t code) {
  if (code > 0x10FFFF) return &unicode_records[0];
  uint32_t block = code / UNICODE_BLOCK;
  uint32_t group = unicode_index[block / UNICODE_GROUP];
  uint32_t found = unicode_groups[group * UNICODE_GROUP + block % UNICODE_GROUP];
  return &unicode_records[unicode_blocks[found * UNICODE_BLOCK + code % UNICODE_BLOCK]];
}

int32_t janus_char_class(uint32_t scalar) { return record_of(scalar)->flags & 0xFF; }

uint32_t janus_char_lower(uint32_t scalar) {
  return scalar + (uint32_t)record_of(scalar)->lower;
}

uint32_t janus_char_upper(uint32_t scalar) {
  return scalar + (uint32_t)record_of(scalar)->upper;
}

// The character at `text`, which is valid UTF-8; `*step` is its length.
static uint32_t decode(const uint8_t *text, int64_t *step) {
  uint32_t first = text[0];
  if (first < 0x80) {
    *step = 1;
    return first;
  }
  if (first < 0xE0) {
    *step = 2;
    return (first & 0x1F) << 6 | (text[1] & 0x3F);
  }
  if (first < 0xF0) {
    *step = 3;
    return (first & 0x0F) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3F);
  }
  *step = 4;
  return (first & 0x07) << 18 | (text[1] & 0x3Fu) << 12 | (text[2] & 0x3Fu) << 6 | (text[3] & 0x3F);
}

// The start of the character that ends before `text + at`.
static int64_t start_before(const uint8_t *text, int64_t at) {
  do --at;
  while (at > 0 && (text[at] & 0xC0) == 0x80);
  return at;
}

// Appends a character to `buffer + at`; the new end.
static int64_t encode(uint32_t code, uint8_t *buffer, int64_t at) {
  int64_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const uint8_t marks[5] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (int64_t i = count - 1; i > 0; --i) {
    buffer[at + i] = (uint8_t)(0x80 | (code & 0x3F));
    code >>= 6;
  }
  buffer[at] = (uint8_t)(marks[count] | code);
  return at + count;
}

// The full upper case of a character; the number of characters in it.
static int32_t full_upper(uint32_t code, uint32_t upper[3]) {
  const unicode_record *record = record_of(code);
  upper[0] = code + (uint32_t)record->upper;
  if (!(record->flags & UNICODE_SPECIAL_UPPER)) return 1;
  size_t low = 0, high = sizeof unicode_special_upper / sizeof unicode_special_upper[0];
  while (low + 1 < high) {
    size_t middle = (low + high) / 2;
    if (unicode_special_upper[middle].code <= code) low = middle;
    else high = middle;
  }
  memcpy(upper, unicode_special_upper[low].upper, sizeof unicode_special_upper[low].upper);
  return unicode_special_upper[low].count;
}

// Copies the ASCII that the text begins with, in the other case: letters from `first` on for 26
// change their bit for it. Gives the number of bytes.
static int64_t swap_ascii(
    const uint8_t *restrict text, int64_t length, uint8_t first, uint8_t *restrict buffer) {
  enum { BLOCK = 64 };
  int64_t at = 0;
  for (; at + BLOCK <= length; at += BLOCK) {
    uint8_t all = 0;
    for (int64_t i = 0; i < BLOCK; ++i) {
      uint8_t byte = text[at + i];
      uint8_t is_letter = (uint8_t)(byte - first) < 26;
      buffer[at + i] = byte ^ (uint8_t)(is_letter << 5);
      all |= byte;
    }
    if (all >= 0x80) break;
  }
  for (; at < length && text[at] < 0x80; ++at) {
    uint8_t is_letter = (uint8_t)(text[at] - first) < 26;
    buffer[at] = text[at] ^ (uint8_t)(is_letter << 5);
  }
  return at;
}

// One character may become three of four bytes each.
enum { MOST_OF_ONE = 12 };

// A text on its way into the other case.
typedef struct recasing {
  const uint8_t *text;
  int64_t length, at;
  uint8_t *buffer;
  int64_t room, to;
} recasing;

// Changes ASCII; whether another character follows, and room for it.
static bool next_beyond_ascii(recasing *r, uint8_t first) {
  int64_t left = r->length - r->at, room = r->room - r->to;
  int64_t count = swap_ascii(r->text + r->at, left < room ? left : room, first, r->buffer + r->to);
  r->at += count;
  r->to += count;
  return r->at < r->length && r->room - r->to >= MOST_OF_ONE;
}

int64_t janus_text_upper(
    const uint8_t *text, int64_t length, int64_t *at, uint8_t *buffer, int64_t room) {
  recasing r = {text, length, *at, buffer, room, 0};
  while (next_beyond_ascii(&r, 'a')) {
    int64_t step;
    uint32_t upper[3];
    int32_t count = full_upper(decode(text + r.at, &step), upper);
    for (int32_t i = 0; i < count; ++i) r.to = encode(upper[i], buffer, r.to);
    r.at += step;
  }
  *at = r.at;
  return r.to;
}

enum { CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2, SMALL_SIGMA = 0x3C3 };
enum { DOTTED_CAPITAL_I = 0x130, DOTLESS_SMALL_I = 0x131, DOT_ABOVE = 0x307 };

// Whether the sigma between `from` and `to` ends a word: letters before it, none behind it, where
// characters such as apostrophes do not count.
static bool ends_word(const uint8_t *text, int64_t length, int64_t from, int64_t to) {
  int64_t step;
  bool is_behind_letter = false;
  while (from > 0) {
    from = start_before(text, from);
    uint16_t flags = record_of(decode(text + from, &step))->flags;
    if (flags & UNICODE_CASE_IGNORABLE) continue;
    is_behind_letter = (flags & UNICODE_CASED) != 0;
    break;
  }
  if (!is_behind_letter) return false;
  while (to < length) {
    uint16_t flags = record_of(decode(text + to, &step))->flags;
    if (!(flags & UNICODE_CASE_IGNORABLE)) return !(flags & UNICODE_CASED);
    to += step;
  }
  return true;
}

int64_t janus_text_lower(
    const uint8_t *text, int64_t length, int64_t *at, uint8_t *buffer, int64_t room) {
  recasing r = {text, length, *at, buffer, room, 0};
  while (next_beyond_ascii(&r, 'A')) {
    int64_t step;
    uint32_t code = decode(text + r.at, &step);
    if (code == CAPITAL_SIGMA) {
      bool is_final = ends_word(text, length, r.at, r.at + step);
      r.to = encode(is_final ? FINAL_SIGMA : SMALL_SIGMA, buffer, r.to);
    } else if (code == DOTTED_CAPITAL_I) {
      r.to = encode(DOT_ABOVE, buffer, encode('i', buffer, r.to));
    } else {
      r.to = encode(janus_char_lower(code), buffer, r.to);
    }
    r.at += step;
  }
  *at = r.at;
  return r.to;
}

// What is left of a text that is compared without regard to case.
typedef struct folding {
  const uint8_t *text;
  int64_t length, at;
  uint32_t pending[3];
  int32_t count, next;
} folding;

// The next character of the folded text; false at the end.
static bool next_folded(folding *f, uint32_t *code) {
  if (f->next == f->count) {
    if (f->at >= f->length) return false;
    int64_t step;
    uint32_t c = decode(f->text + f->at, &step);
    f->at += step;
    f->next = 0;
    if (c == DOTTED_CAPITAL_I) {
      f->pending[0] = 'i';
      f->pending[1] = DOT_ABOVE;
      f->count = 2;
    } else if (c == DOTLESS_SMALL_I) {
      f->pending[0] = c;
      f->count = 1;
    } else {
      // By way of the capital, so that both sigmas meet and sharp s becomes two letters.
      f->count = full_upper(janus_char_lower(c), f->pending);
      for (int32_t i = 0; i < f->count; ++i) f->pending[i] = janus_char_lower(f->pending[i]);
    }
  }
  *code = f->pending[f->next++];
  return true;
}

int32_t janus_text_equal_folded(
    const uint8_t *a, int64_t a_length, const uint8_t *b, int64_t b_length) {
  folding left = {.text = a, .length = a_length}, right = {.text = b, .length = b_length};
  uint32_t x = 0, y = 0;
  while (true) {
    bool has_left = next_folded(&left, &x), has_right = next_folded(&right, &y);
    if (!has_left || !has_right) return has_left == has_right;
    if (x != y) return false;
  }
}

// Unicode's Grapheme_Cluster_Break; the order is that of unicode_tables.py.
typedef enum janus_break {
  BREAK_OTHER, BREAK_CONTROL, BREAK_CR, BREAK_LF, BREAK_EXTEND, BREAK_JOINER, BREAK_REGIONAL,
  BREAK_PREPEND, BREAK_SPACING, BREAK_L, BREAK_V, BREAK_T, BREAK_LV, BREAK_LVT, BREAK_PICTOGRAPH,
} janus_break;

static bool is_control(janus_break b) {
  return b == BREAK_CONTROL || b == BREAK_CR || b == BREAK_LF;
}

// Whether two neighbours belong together, as far as these two alone decide (rules GB3 to GB9b).
static bool belongs_to(janus_break before, janus_break after) {
  if (before == BREAK_CR) return after == BREAK_LF;
  if (is_control(before) || is_control(after)) return false;
  if (after == BREAK_EXTEND || after == BREAK_JOINER || after == BREAK_SPACING) return true;
  switch (before) {
    case BREAK_PREPEND: return true;
    case BREAK_L:
      return after == BREAK_L || after == BREAK_V || after == BREAK_LV || after == BREAK_LVT;
    case BREAK_LV:
    case BREAK_V: return after == BREAK_V || after == BREAK_T;
    case BREAK_LVT:
    case BREAK_T: return after == BREAK_T;
    default: return false;
  }
}

int64_t janus_grapheme_length(const uint8_t *text, int64_t length) {
  if (length == 0) return 0;
  int64_t at, step;
  janus_break before = record_of(decode(text, &at))->grapheme;
  bool is_pictograph = before == BREAK_PICTOGRAPH, is_joined = false;
  bool is_half_flag = before == BREAK_REGIONAL;
  while (at < length) {
    janus_break after = record_of(decode(text + at, &step))->grapheme;
    bool goes_on = belongs_to(before, after);
    // Pictographs with joiners between them (GB11), and flags of two letters (GB12, GB13).
    if (is_joined && after == BREAK_PICTOGRAPH) goes_on = true;
    if (is_half_flag && after == BREAK_REGIONAL) goes_on = true;
    if (!goes_on) break;
    is_half_flag = after == BREAK_REGIONAL && before != BREAK_REGIONAL;
    is_pictograph = after == BREAK_PICTOGRAPH ||
                    (is_pictograph && !is_joined &&
                     (after == BREAK_EXTEND || after == BREAK_JOINER));
    is_joined = is_pictograph && after == BREAK_JOINER;
    before = after;
    at += step;
  }
  return at;
}
