// Values by a format spec: [[fill]align][sign][#][0][width][,|_][.precision][type], as in Python.
// Types: d x X b o c for integers, e E f F g G % for floats, s for strings.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

enum { JANUS_WIDTH_LIMIT = 1000000, JANUS_PRECISION_LIMIT = 400, JANUS_BODY_SIZE = 1024 };

typedef unsigned __int128 janus_magnitude;

typedef struct janus_spec {
  uint8_t fill[4];
  int32_t fill_count;
  char align;  // '<', '>', '^', '=', or 0 for the type's own
  char sign;   // '-', '+', ' '
  bool alternate;
  char group;  // ',', '_', or 0
  int64_t width;
  int64_t precision;  // -1 is none
  char type;          // 0 is none
  bool single;        // the value is an f32
} janus_spec;

// Writes to the caller's buffer what fits, and counts everything.
typedef struct janus_sink {
  uint8_t *buffer;
  int64_t capacity;
  int64_t count;
} janus_sink;

static void emit(janus_sink *sink, const void *bytes, int64_t count) {
  if (sink->count < sink->capacity) {
    int64_t room = sink->capacity - sink->count;
    memcpy(sink->buffer + sink->count, bytes, (size_t)(count < room ? count : room));
  }
  sink->count += count;
}

static void emit_fill(janus_sink *sink, const janus_spec *spec, int64_t times) {
  for (int64_t i = 0; i < times; ++i) emit(sink, spec->fill, spec->fill_count);
}

static bool is_align(uint8_t byte) {
  return byte == '<' || byte == '>' || byte == '^' || byte == '=';
}

static int32_t scalar_length(uint8_t first) {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// Reads digits at `*at`; -1 when there are none, or more than the limit.
static int64_t read_number(const uint8_t *text, int64_t length, int64_t *at, int64_t limit) {
  int64_t value = -1;
  while (*at < length && text[*at] >= '0' && text[*at] <= '9') {
    value = (value < 0 ? 0 : value) * 10 + (text[(*at)++] - '0');
    if (value > limit) return -1;
  }
  return value;
}

static void read_alignment(const uint8_t *text, int64_t length, int64_t *at, janus_spec *spec) {
  if (length == 0) return;
  int32_t step = scalar_length(text[0]);
  if (step < length && is_align(text[step])) {
    memcpy(spec->fill, text, (size_t)step);
    spec->fill_count = step;
    spec->align = (char)text[step];
    *at = step + 1;
  } else if (is_align(text[0])) {
    spec->align = (char)text[0];
    *at = 1;
  }
}

static bool read_spec(const uint8_t *text, int64_t length, janus_spec *spec) {
  *spec = (janus_spec){.fill = " ", .fill_count = 1, .sign = '-', .precision = -1};
  int64_t at = 0;
  read_alignment(text, length, &at, spec);
  if (at < length && (text[at] == '+' || text[at] == '-' || text[at] == ' ')) {
    spec->sign = (char)text[at++];
  }
  if (at < length && text[at] == '#') {
    spec->alternate = true;
    ++at;
  }
  if (at < length && text[at] == '0') {
    ++at;
    if (spec->align == 0) {
      spec->align = '=';
      spec->fill[0] = '0';
      spec->fill_count = 1;
    }
  }
  if (at < length && text[at] >= '0' && text[at] <= '9') {
    spec->width = read_number(text, length, &at, JANUS_WIDTH_LIMIT);
    if (spec->width < 0) return false;
  }
  if (at < length && (text[at] == ',' || text[at] == '_')) spec->group = (char)text[at++];
  if (at < length && text[at] == '.') {
    ++at;
    spec->precision = read_number(text, length, &at, JANUS_WIDTH_LIMIT);
    if (spec->precision < 0) return false;
  }
  if (at < length) spec->type = (char)text[at++];
  return at == length;
}

// Lays out a number: sign and prefix, then the body, filled up to the width.
static int64_t lay_out_number(
    const janus_spec *spec, const char *prefix, const char *body, int64_t body_count,
    janus_sink *sink) {
  int64_t prefix_count = (int64_t)strlen(prefix);
  int64_t missing = spec->width - prefix_count - body_count;
  if (missing < 0) missing = 0;
  char align = spec->align ? spec->align : '>';
  int64_t before = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  int64_t inside = align == '=' ? missing : 0;
  emit_fill(sink, spec, before);
  emit(sink, prefix, prefix_count);
  emit_fill(sink, spec, inside);
  emit(sink, body, body_count);
  emit_fill(sink, spec, missing - before - inside);
  return sink->count;
}

// Puts the grouping character between the digits before `digits_end`; gives the new count.
static int64_t group_digits(char *body, int64_t digits_end, int64_t count, char group,
                            int64_t every) {
  if (!group || digits_end <= every) return count;
  int64_t marks = (digits_end - 1) / every;
  memmove(body + digits_end + marks, body + digits_end, (size_t)(count - digits_end));
  int64_t from = digits_end, to = digits_end + marks;
  for (int64_t placed = 0; from < to; ++placed) {
    if (placed > 0 && placed % every == 0) body[--to] = group;
    body[--to] = body[--from];
  }
  return count + marks;
}

static int64_t digits_in_base(janus_magnitude value, uint32_t base, bool upper, char *body) {
  char reversed[128];
  int64_t count = 0;
  do {
    reversed[count++] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    value /= base;
  } while (value);
  for (int64_t i = 0; i < count; ++i) body[i] = reversed[count - 1 - i];
  return count;
}

static int64_t format_float(double value, const janus_spec *spec, janus_sink *sink);

static int64_t encode(uint32_t scalar, char *bytes) {
  if (scalar < 0x80) {
    bytes[0] = (char)scalar;
    return 1;
  }
  int64_t count = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
  static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (int64_t i = count - 1; i > 0; --i, scalar >>= 6) bytes[i] = (char)(0x80 | (scalar & 63));
  bytes[0] = (char)(lead[count] | scalar);
  return count;
}

static int64_t lay_out_text(
    const janus_spec *spec, const void *text, int64_t count, int64_t columns, janus_sink *sink) {
  int64_t missing = spec->width > columns ? spec->width - columns : 0;
  char align = spec->align == 0 || spec->align == '=' ? '<' : spec->align;
  int64_t before = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  emit_fill(sink, spec, before);
  emit(sink, text, count);
  emit_fill(sink, spec, missing - before);
  return sink->count;
}

static int64_t format_integer(
    janus_magnitude magnitude, bool negative, const janus_spec *spec, janus_sink *sink) {
  char prefix[4] = "", body[160];
  int32_t at = 0;
  if (negative) prefix[at++] = '-';
  else if (spec->sign != '-') prefix[at++] = spec->sign;
  uint32_t base = 10;
  switch (spec->type) {
    case 0:
    case 'd': break;
    case 'x':
    case 'X': base = 16; break;
    case 'b': base = 2; break;
    case 'o': base = 8; break;
    case 'c':
      if (negative || magnitude > 0x10FFFF) return -1;
      return lay_out_text(spec, body, encode((uint32_t)magnitude, body), 1, sink);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%': {
      double value = (double)magnitude;
      return format_float(negative ? -value : value, spec, sink);
    }
    default: return -1;
  }
  if (spec->precision >= 0) return -1;
  if (spec->alternate && base != 10) {
    prefix[at++] = '0';
    prefix[at++] = spec->type;
  }
  int64_t count = digits_in_base(magnitude, base, spec->type == 'X', body);
  count = group_digits(body, count, count, spec->group, base == 10 ? 3 : 4);
  return lay_out_number(spec, prefix, body, count, sink);
}

// A `g` text keeps no zeros at its end and no bare point.
static int64_t strip_general(char *body, int64_t count) {
  char *exponent = memchr(body, 'e', (size_t)count);
  if (!exponent) exponent = memchr(body, 'E', (size_t)count);
  int64_t end = exponent ? exponent - body : count;
  int64_t kept = end;
  if (!memchr(body, '.', (size_t)end)) return count;
  while (body[kept - 1] == '0') --kept;
  if (body[kept - 1] == '.') --kept;
  memmove(body + kept, body + end, (size_t)(count - end));
  return count - (end - kept);
}

static int64_t float_body(double magnitude, const janus_spec *spec, char *body) {
  char type = spec->type;
  if (!isfinite(magnitude)) {
    bool upper = type == 'E' || type == 'F' || type == 'G';
    memcpy(body, isnan(magnitude) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"), 3);
    return 3;
  }
  if (type == 0 && spec->precision < 0) {
    return spec->single ? janus_display_f32((float)magnitude, (uint8_t *)body)
                        : janus_display_f64(magnitude, (uint8_t *)body);
  }
  int32_t precision = spec->precision < 0 ? 6 : (int32_t)spec->precision;
  char pattern[] = "%.*f";
  bool percent = type == '%';
  if (type != 0 && !percent) pattern[3] = type;
  if (type == 0) pattern[3] = 'g';
  locale_t before = uselocale(janus_c_locale());
  int64_t count = snprintf(
      body, JANUS_BODY_SIZE, pattern, precision, percent ? magnitude * 100 : magnitude);
  uselocale(before);
  bool general = type == 'g' || type == 'G' || type == 0;
  if (general && !spec->alternate) count = strip_general(body, count);
  if (percent) body[count++] = '%';
  return count;
}

static int64_t format_float(double value, const janus_spec *spec, janus_sink *sink) {
  switch (spec->type) {
    case 0:
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%': break;
    default: return -1;
  }
  if (spec->precision > JANUS_PRECISION_LIMIT) return -1;
  // 309 digits, a point, 400 digits, and room for the grouping.
  char prefix[2] = "", body[JANUS_BODY_SIZE];
  if (signbit(value) && !isnan(value)) prefix[0] = '-';
  else if (spec->sign != '-') prefix[0] = spec->sign;
  int64_t count = float_body(fabs(value), spec, body);
  int64_t whole = 0;
  while (whole < count && body[whole] >= '0' && body[whole] <= '9') ++whole;
  count = group_digits(body, whole, count, spec->group, 3);
  return lay_out_number(spec, prefix, body, count, sink);
}

int64_t janus_format_i64(
    int64_t value, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
  return format_integer(magnitude, value < 0, &spec, &sink);
}

int64_t janus_format_u64(
    uint64_t value, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  return format_integer(value, false, &spec, &sink);
}

int64_t janus_format_i128(
    uint64_t low, int64_t high, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  janus_magnitude bits = (janus_magnitude)(uint64_t)high << 64 | low;
  return format_integer(high < 0 ? -bits : bits, high < 0, &spec, &sink);
}

int64_t janus_format_u128(
    uint64_t low, uint64_t high, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  return format_integer((janus_magnitude)high << 64 | low, false, &spec, &sink);
}

int64_t janus_format_f32(
    float value, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  spec.single = true;
  return format_float(value, &spec, &sink);
}

int64_t janus_format_f64(
    double value, const uint8_t *spec_text, int64_t spec_length, uint8_t *buffer,
    int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  return format_float(value, &spec, &sink);
}

int64_t janus_format_string(
    const uint8_t *text, int64_t length, const uint8_t *spec_text, int64_t spec_length,
    uint8_t *buffer, int64_t capacity) {
  janus_spec spec;
  janus_sink sink = {buffer, capacity, 0};
  if (!read_spec(spec_text, spec_length, &spec)) return -1;
  if (spec.type != 0 && spec.type != 's') return -1;
  int64_t columns = 0, end = 0;
  while (end < length && (spec.precision < 0 || columns < spec.precision)) {
    int64_t step = scalar_length(text[end]);
    end = step > length - end ? length : end + step;
    ++columns;
  }
  return lay_out_text(&spec, text, end, columns, &sink);
}

// Whether the whole text is a number as Janus writes it: digits with `_` between them, a point,
// an exponent; or `inf`, `nan`. Copies it without `_` for the C library.
static bool copy_number(const uint8_t *text, int64_t length, char *copy) {
  int64_t at = 0, count = 0;
  if (at < length && (text[at] == '-' || text[at] == '+')) copy[count++] = (char)text[at++];
  if (length - at == 3 && (!memcmp(text + at, "inf", 3) || !memcmp(text + at, "nan", 3))) {
    memcpy(copy + count, text + at, 3);
    copy[count + 3] = 0;
    return true;
  }
  int64_t digits = 0;
  for (bool point = false; at < length; ++at) {
    if (text[at] >= '0' && text[at] <= '9') ++digits;
    else if (text[at] == '.' && !point && digits > 0) point = true;
    else if (text[at] == '_' && digits > 0) continue;
    else break;
    copy[count++] = (char)text[at];
  }
  if (digits == 0) return false;
  if (at < length && (text[at] == 'e' || text[at] == 'E')) {
    copy[count++] = (char)text[at++];
    if (at < length && (text[at] == '-' || text[at] == '+')) copy[count++] = (char)text[at++];
    int64_t before = at;
    while (at < length && text[at] >= '0' && text[at] <= '9') copy[count++] = (char)text[at++];
    if (at == before) return false;
  }
  copy[count] = 0;
  return at == length;
}

// Reads digits onto the end of `value`; their number.
static int64_t read_digits(const uint8_t *text, int64_t length, uint64_t *value) {
  int64_t count = 0;
  for (; count < length && text[count] >= '0' && text[count] <= '9'; ++count) {
    *value = *value * 10 + (uint64_t)(text[count] - '0');
  }
  return count;
}

// Reads digits with a point among them, when these and the power of ten are exact in a double: one
// division then rounds right. False for every other text, also for what is no number.
static bool parse_exact(const uint8_t *text, int64_t length, double *value) {
  static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  bool is_negative = length > 0 && text[0] == '-';
  int64_t at = is_negative, fraction = 0;
  // Fifteen digits and the point stay below 2 to the 53.
  if (length - at > 16) return false;
  uint64_t digits = 0;
  int64_t whole = read_digits(text + at, length - at, &digits);
  at += whole;
  if (at < length && text[at] == '.') {
    ++at;
    fraction = read_digits(text + at, length - at, &digits);
    at += fraction;
  }
  if (whole == 0 || whole + fraction > 15 || at != length) return false;
  double result = (double)digits / powers[fraction];
  *value = is_negative ? -result : result;
  return true;
}

int32_t janus_parse_f64(const uint8_t *text, int64_t length, double *value) {
  if (parse_exact(text, length, value)) return 1;
  char small[128];
  *value = 0;
  if (length <= 0) return 0;
  char *copy = length < (int64_t)sizeof small ? small : malloc((size_t)length + 1);
  if (!copy) return 0;
  bool good = copy_number(text, length, copy);
  if (good) *value = strtod_l(copy, NULL, janus_c_locale());
  if (copy != small) free(copy);
  return good;
}
