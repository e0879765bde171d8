// Numbers as text without a format spec: integers, and floats by their shortest digits. Every float
// has a decimal point or an exponent, so that it reads back as a float.
#include <math.h>
#include <string.h>

#include "digits.h"

// Values from 1e-5 up to below 1e16 are written without an exponent.
enum { JANUS_LOWEST_POINT = -4, JANUS_HIGHEST_POINT = 16 };

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

int64_t janus_display_u64(uint64_t value, uint8_t *buffer) {
  uint8_t digits[20];
  int32_t at = 20;
  while (value >= 100) {
    at -= 2;
    memcpy(digits + at, pairs + value % 100 * 2, 2);
    value /= 100;
  }
  if (value >= 10) {
    at -= 2;
    memcpy(digits + at, pairs + value * 2, 2);
  } else {
    digits[--at] = (uint8_t)('0' + value);
  }
  memcpy(buffer, digits + at, (size_t)(20 - at));
  return 20 - at;
}

int64_t janus_display_i64(int64_t value, uint8_t *buffer) {
  if (value >= 0) return janus_display_u64((uint64_t)value, buffer);
  *buffer = '-';
  return 1 + janus_display_u64(-(uint64_t)value, buffer + 1);
}

static int64_t display_wide(unsigned __int128 value, uint8_t *buffer) {
  const uint64_t step = UINT64_C(1000000000000000000);
  if (value < step) return janus_display_u64((uint64_t)value, buffer);
  int64_t count = display_wide(value / step, buffer);
  uint64_t low = (uint64_t)(value % step);
  for (int32_t i = 17; i >= 0; --i, low /= 10) buffer[count + i] = (uint8_t)('0' + low % 10);
  return count + 18;
}

int64_t janus_display_u128(uint64_t low, uint64_t high, uint8_t *buffer) {
  return display_wide((unsigned __int128)high << 64 | low, buffer);
}

int64_t janus_display_i128(uint64_t low, int64_t high, uint8_t *buffer) {
  unsigned __int128 bits = (unsigned __int128)(uint64_t)high << 64 | low;
  if (high >= 0) return display_wide(bits, buffer);
  *buffer = '-';
  return 1 + display_wide(-bits, buffer + 1);
}

locale_t janus_c_locale(void) {
  static locale_t locale;
  locale_t known = __atomic_load_n(&locale, __ATOMIC_ACQUIRE);
  if (known) return known;
  locale_t made = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  if (__atomic_compare_exchange_n(
          &locale, &known, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    return made;
  }
  freelocale(made);
  return known;
}

static int64_t put(uint8_t *buffer, int64_t at, const char *bytes, int64_t count) {
  memcpy(buffer + at, bytes, (size_t)count);
  return at + count;
}

static int64_t put_zeros(uint8_t *buffer, int64_t at, int64_t count) {
  memset(buffer + at, '0', (size_t)count);
  return at + count;
}

static int64_t display_digits(const janus_digits *digits, uint8_t *buffer, int64_t at) {
  int32_t point = digits->point, count = digits->count;
  if (point > JANUS_HIGHEST_POINT || point < JANUS_LOWEST_POINT) {
    at = put(buffer, at, digits->digits, 1);
    if (count > 1) {
      at = put(buffer, at, ".", 1);
      at = put(buffer, at, digits->digits + 1, count - 1);
    }
    at = put(buffer, at, "e", 1);
    return at + janus_display_i64(point - 1, buffer + at);
  }
  if (point <= 0) {
    at = put(buffer, at, "0.", 2);
    at = put_zeros(buffer, at, -point);
    return put(buffer, at, digits->digits, count);
  }
  if (point >= count) {
    at = put(buffer, at, digits->digits, count);
    at = put_zeros(buffer, at, point - count);
    return put(buffer, at, ".0", 2);
  }
  at = put(buffer, at, digits->digits, point);
  at = put(buffer, at, ".", 1);
  return put(buffer, at, digits->digits + point, count - point);
}

static int64_t display_special(double value, uint8_t *buffer) {
  if (isnan(value)) return put(buffer, 0, "nan", 3);
  return value < 0 ? put(buffer, 0, "-inf", 4) : put(buffer, 0, "inf", 3);
}

int64_t janus_display_f64(double value, uint8_t *buffer) {
  if (!isfinite(value)) return display_special(value, buffer);
  int64_t at = signbit(value) ? put(buffer, 0, "-", 1) : 0;
  double magnitude = fabs(value);
  // Small integers are common and need no search.
  if (magnitude < 1e15 && magnitude == floor(magnitude)) {
    at += janus_display_u64((uint64_t)magnitude, buffer + at);
    return put(buffer, at, ".0", 2);
  }
  janus_digits digits = janus_shortest_f64(magnitude);
  return display_digits(&digits, buffer, at);
}

int64_t janus_display_f32(float value, uint8_t *buffer) {
  if (!isfinite(value)) return display_special((double)value, buffer);
  int64_t at = signbit(value) ? put(buffer, 0, "-", 1) : 0;
  janus_digits digits = janus_shortest_f32(fabsf(value));
  return display_digits(&digits, buffer, at);
}
