// Allocation, and numbers as text.
#include <math.h>
#include <stdbool.h>

#include "check.h"

void test_alloc(void) {
  uint8_t *memory = janus_alloc(24, 8);
  CHECK(memory != NULL);
  memset(memory, 7, 24);
  memory = janus_realloc(memory, 24, 4800, 8);
  CHECK(memory && memory[23] == 7);
  janus_free(memory, 4800, 8);

  uint8_t *aligned = janus_alloc(100, 4096);
  CHECK(aligned && (uintptr_t)aligned % 4096 == 0);
  aligned[99] = 9;
  aligned = janus_realloc(aligned, 100, 9000, 4096);
  CHECK(aligned && (uintptr_t)aligned % 4096 == 0 && aligned[99] == 9);
  janus_free(aligned, 9000, 4096);

  uint8_t *nothing = janus_alloc(0, 16);
  CHECK(nothing != NULL && (uintptr_t)nothing % 16 == 0);
  nothing = janus_realloc(nothing, 0, 8, 16);
  CHECK(nothing != NULL);
  nothing = janus_realloc(nothing, 8, 0, 16);
  janus_free(nothing, 0, 16);

  CHECK(janus_alloc(-1, 8) == NULL);
  CHECK(janus_alloc(INT64_MAX, 8) == NULL);
  CHECK(janus_alloc(8, 3) == NULL);
  CHECK(janus_alloc(8, 0) == NULL);
}

static void shows(double value, const char *want) {
  uint8_t buffer[JANUS_NUMBER_TEXT];
  CHECK_TEXT(buffer, janus_display_f64(value, buffer), want);
}

static void shows_single(float value, const char *want) {
  uint8_t buffer[JANUS_NUMBER_TEXT];
  CHECK_TEXT(buffer, janus_display_f32(value, buffer), want);
}

static void test_display_floats(void) {
  shows(3.0, "3.0");
  shows(-0.0, "-0.0");
  shows(0.1, "0.1");
  shows(0.1 + 0.2, "0.30000000000000004");
  shows(1.0 / 3.0, "0.3333333333333333");
  shows(123456.789, "123456.789");
  shows(1e15, "1000000000000000.0");
  shows(9007199254740993.0, "9007199254740992.0");
  shows(1e16, "1e16");
  shows(1.5e300, "1.5e300");
  shows(0.00001, "0.00001");
  shows(0.000001, "1e-6");
  shows(-2.5e-7, "-2.5e-7");
  shows(5e-324, "5e-324");
  shows(1.7976931348623157e308, "1.7976931348623157e308");
  shows(INFINITY, "inf");
  shows(-INFINITY, "-inf");
  shows(NAN, "nan");
  shows_single(0.1f, "0.1");
  shows_single(16777216.0f, "16777216.0");
  shows_single(3.4028235e38f, "3.4028235e38");
  shows_single(1.0f / 3.0f, "0.33333334");
}

// Random bit patterns read back as the same value.
static void test_round_trip(void) {
  uint64_t x = UINT64_C(88172645463325252);
  for (int i = 0; i < 20000; ++i) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    double value, back = 0;
    memcpy(&value, &x, 8);
    if (!isfinite(value)) continue;
    uint8_t buffer[JANUS_NUMBER_TEXT];
    int64_t count = janus_display_f64(value, buffer);
    bool good = janus_parse_f64(buffer, count, &back) && back == value;
    if (!good) CHECK_TEXT(buffer, count, "a text that reads back equal");
  }
}

void test_display(void) {
  uint8_t buffer[JANUS_NUMBER_TEXT];
  CHECK_TEXT(buffer, janus_display_i64(0, buffer), "0");
  CHECK_TEXT(buffer, janus_display_i64(-7, buffer), "-7");
  CHECK_TEXT(buffer, janus_display_i64(INT64_MIN, buffer), "-9223372036854775808");
  CHECK_TEXT(buffer, janus_display_u64(UINT64_MAX, buffer), "18446744073709551615");
  CHECK_TEXT(buffer, janus_display_i128(5, 0, buffer), "5");
  CHECK_TEXT(buffer, janus_display_i128(0, INT64_MIN, buffer),
             "-170141183460469231731687303715884105728");
  CHECK_TEXT(buffer, janus_display_i128(UINT64_MAX, -1, buffer), "-1");
  CHECK_TEXT(buffer, janus_display_u128(UINT64_MAX, UINT64_MAX, buffer),
             "340282366920938463463374607431768211455");
  CHECK_TEXT(buffer, janus_display_u128(0, 1, buffer), "18446744073709551616");
  test_display_floats();
  test_round_trip();

  double value = 0;
  CHECK(janus_parse_f64(BYTES("1_000.5"), &value) && value == 1000.5);
  CHECK(janus_parse_f64(BYTES("-2e3"), &value) && value == -2000);
  CHECK(janus_parse_f64(BYTES("inf"), &value) && isinf(value));
  CHECK(!janus_parse_f64(BYTES(""), &value));
  CHECK(!janus_parse_f64(BYTES("1.5x"), &value));
  CHECK(!janus_parse_f64(BYTES("0x10"), &value));
  CHECK(!janus_parse_f64(BYTES("1e"), &value));
  CHECK(!janus_parse_f64(BYTES(" 1"), &value));
}

static void formats_i64(int64_t value, const char *spec, const char *want) {
  uint8_t buffer[256];
  int64_t count = janus_format_i64(
      value, (const uint8_t *)spec, (int64_t)strlen(spec), buffer, sizeof buffer);
  CHECK_TEXT(buffer, count, want);
}

static void formats_f64(double value, const char *spec, const char *want) {
  uint8_t buffer[256];
  int64_t count = janus_format_f64(
      value, (const uint8_t *)spec, (int64_t)strlen(spec), buffer, sizeof buffer);
  CHECK_TEXT(buffer, count, want);
}

static void formats_string(const char *value, const char *spec, const char *want) {
  uint8_t buffer[256];
  int64_t count = janus_format_string(
      (const uint8_t *)value, (int64_t)strlen(value), (const uint8_t *)spec,
      (int64_t)strlen(spec), buffer, sizeof buffer);
  CHECK_TEXT(buffer, count, want);
}

static void test_bad_specs(void) {
  uint8_t buffer[64];
  CHECK(janus_format_i64(1, BYTES("q"), buffer, 64) == -1);
  CHECK(janus_format_i64(1, BYTES(".2d"), buffer, 64) == -1);
  CHECK(janus_format_i64(1, BYTES("99999999999999999999"), buffer, 64) == -1);
  CHECK(janus_format_f64(1, BYTES("d"), buffer, 64) == -1);
  CHECK(janus_format_f64(1, BYTES(".999f"), buffer, 64) == -1);
  CHECK(janus_format_string(BYTES("x"), BYTES("d"), buffer, 64) == -1);
  CHECK(janus_format_string(BYTES("x"), BYTES("5ss"), buffer, 64) == -1);
  // A buffer that is too small gets what fits; the count is the whole text's.
  CHECK(janus_format_i64(12345, BYTES(">10"), buffer, 3) == 10);
  CHECK_TEXT(buffer, 3, "   ");
}

void test_format(void) {
  formats_i64(42, "", "42");
  formats_i64(42, ">8", "      42");
  formats_i64(42, "<8", "42      ");
  formats_i64(42, "^8", "   42   ");
  formats_i64(42, "*^7", "**42***");
  formats_i64(-42, "08", "-0000042");
  formats_i64(42, "+", "+42");
  formats_i64(42, " d", " 42");
  formats_i64(255, "x", "ff");
  formats_i64(255, "#X", "0XFF");
  formats_i64(5, "08b", "00000101");
  formats_i64(8, "#o", "0o10");
  formats_i64(65, "c", "A");
  formats_i64(0x20AC, "c", "€");
  formats_i64(1234567, ",", "1,234,567");
  formats_i64(0xABCDEF, "_x", "ab_cdef");
  formats_i64(INT64_MIN, "d", "-9223372036854775808");
  formats_i64(3, ".2f", "3.00");
  formats_i64(7, "é>3", "éé7");
  formats_f64(3.14159, ".2f", "3.14");
  formats_f64(3.14159, ">8.2f", "    3.14");
  formats_f64(-3.14159, "08.2f", "-0003.14");
  formats_f64(3.0, "", "3.0");
  formats_f64(3.0, "6", "   3.0");
  formats_f64(1234567.891, ",.1f", "1,234,567.9");
  formats_f64(12345.678, "e", "1.234568e+04");
  formats_f64(12345.678, ".3g", "1.23e+04");
  formats_f64(0.5, "g", "0.5");
  formats_f64(0.256, ".1%", "25.6%");
  formats_f64(INFINITY, ">5", "  inf");
  formats_f64(NAN, "+.2f", "+nan");
  formats_string("ab", "5", "ab   ");
  formats_string("ab", ">5s", "   ab");
  formats_string("ab", "-^6", "--ab--");
  formats_string("abcdef", ".3", "abc");
  formats_string("äöü", ">5", "  äöü");
  test_bad_specs();
}
