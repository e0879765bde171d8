// The program's own file, for finding what source an address came from.
#ifndef JANUS_IMAGE_H
#define JANUS_IMAGE_H

#include "internal.h"

typedef struct janus_bytes {
  const uint8_t *at;
  const uint8_t *end;
} janus_bytes;

typedef struct janus_image {
  bool is_loaded;
  janus_bytes file;
  // What is added to the file's addresses where it was loaded.
  uintptr_t bias;
  janus_bytes symbols, names;
  janus_bytes lines, line_strings, strings;
} janus_image;

// What source an address came from; empty texts and 0 where it is not known.
typedef struct janus_source {
  const char *function;
  const char *folder;
  const char *file;
  uint32_t line;
  uint32_t column;
} janus_source;

// The running program's file, mapped when first asked for; null when it cannot be read.
// Safe in a signal handler.
const janus_image *janus_program_image(void);

// lines.c: reads the image's line tables (DWARF 2 to 5).
bool janus_find_line(const janus_image *image, uint64_t address, janus_source *source);

// image.c: the function and the line of a code address.
janus_source janus_find_source(uintptr_t address);

#endif
