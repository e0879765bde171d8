// The shortest digits that read back as a float: the algorithm Schubfach of Raffaello Giulietti.
// Between the float's lower and upper neighbour lies an interval of decimals that read back as it;
// at most four candidates of one exponent are tried against its bounds in integers. The powers of
// ten are written by powers_of_ten.py.
#include <string.h>

#include "digits.h"
#include "internal.h"

#include "powers_of_ten.inc"

// The floor of exponent * log10(2), or of log10(3/4 * 2^exponent).
static int32_t log10_of_power2(int32_t exponent, bool is_closer) {
  return (exponent * 1262611 - (is_closer ? 524031 : 0)) >> 22;
}

// The floor of exponent * log2(10).
static int32_t log2_of_power10(int32_t exponent) { return (exponent * 1741647) >> 19; }

// The upper bits of a product, with a last bit that says whether anything lies below.
static uint64_t round_to_odd(const uint64_t power[2], uint64_t factor) {
  unsigned __int128 low = (unsigned __int128)power[1] * factor;
  unsigned __int128 high = (unsigned __int128)power[0] * factor + (uint64_t)(low >> 64);
  return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

// A whole number times a power of ten.
typedef struct decimal {
  uint64_t digits;
  int32_t exponent;
} decimal;

// The shortest decimal for significand * 2^exponent, and of those of its length the nearest.
// `is_closer`: the lower neighbour is half as far as the upper one.
static decimal shortest(uint64_t significand, int32_t exponent, bool is_closer) {
  bool is_even = significand % 2 == 0;
  int32_t k = log10_of_power2(exponent, is_closer);
  int32_t shift = exponent + log2_of_power10(-k) + 1;
  const uint64_t *power = powers_of_ten[-k - LOWEST_POWER];
  // Four times the value and the bounds, by 10^k.
  uint64_t lower = round_to_odd(power, (4 * significand - 2 + is_closer) << shift) + !is_even;
  uint64_t value = round_to_odd(power, (4 * significand) << shift);
  uint64_t upper = round_to_odd(power, (4 * significand + 2) << shift) - !is_even;
  uint64_t whole = value / 4;
  if (whole >= 10) {
    uint64_t tens = whole / 10;
    bool is_below_inside = lower <= 40 * tens, is_above_inside = 40 * tens + 40 <= upper;
    if (is_below_inside != is_above_inside) return (decimal){tens + is_above_inside, k + 1};
  }
  bool is_below_inside = lower <= 4 * whole, is_above_inside = 4 * whole + 4 <= upper;
  if (is_below_inside != is_above_inside) return (decimal){whole + is_above_inside, k};
  uint64_t middle = 4 * whole + 2;
  bool rounds_up = value > middle || (value == middle && whole % 2 == 1);
  return (decimal){whole + rounds_up, k};
}

static janus_digits digits_of(decimal number) {
  while (number.digits % 10 == 0) {
    number.digits /= 10;
    ++number.exponent;
  }
  uint8_t text[JANUS_NUMBER_TEXT];
  janus_digits result = {.count = (int32_t)janus_display_u64(number.digits, text)};
  memcpy(result.digits, text, (size_t)result.count);
  result.point = result.count + number.exponent;
  return result;
}

janus_digits janus_shortest_f64(double value) {
  if (value == 0) return (janus_digits){.digits = "0", .count = 1, .point = 1};
  uint64_t bits;
  memcpy(&bits, &value, 8);
  uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  int32_t exponent = (int32_t)(bits >> 52 & 0x7FF);
  if (exponent == 0) return digits_of(shortest(fraction, -1074, false));
  uint64_t significand = fraction | UINT64_C(1) << 52;
  return digits_of(shortest(significand, exponent - 1075, fraction == 0 && exponent > 1));
}

janus_digits janus_shortest_f32(float value) {
  if (value == 0) return (janus_digits){.digits = "0", .count = 1, .point = 1};
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint32_t fraction = bits & ((UINT32_C(1) << 23) - 1);
  int32_t exponent = (int32_t)(bits >> 23 & 0xFF);
  if (exponent == 0) return digits_of(shortest(fraction, -149, false));
  uint32_t significand = fraction | UINT32_C(1) << 23;
  return digits_of(shortest(significand, exponent - 150, fraction == 0 && exponent > 1));
}
