// The decimal digits of a float, shared by display.c and format.c.
#ifndef JANUS_DIGITS_H
#define JANUS_DIGITS_H

#include <locale.h>

#include "internal.h"

// A finite value as 0.DIGITS times 10 to the power of `point`; zero has the digit 0 and point 1.
typedef struct janus_digits {
  char digits[24];
  int32_t count;
  int32_t point;
} janus_digits;

// The fewest digits that read back as the same value. The value is finite and not negative.
janus_digits janus_shortest_f64(double value);
janus_digits janus_shortest_f32(float value);

// The locale in which the C library reads and writes a decimal point.
locale_t janus_c_locale(void);

#endif
