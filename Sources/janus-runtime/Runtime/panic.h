// The catching frames, shared by panic.c (which unwinds to them) and entry.c (which sets them).
#ifndef JANUS_PANIC_H
#define JANUS_PANIC_H

#include "image.h"

void janus_catch_push(janus_catch_frame *frame);
void janus_catch_pop(janus_catch_frame *frame);
// The panic has been caught; the thread may panic again.
void janus_catch_end(void);

// What the last panic of this thread said, as far as it fits.
const janus_text *janus_last_message(void);

// Adds `at file:line:column` and a newline.
void janus_text_add_place(janus_text *text, const janus_place *place);

// The same, or the function when the line is not known.
void janus_text_add_source(janus_text *text, janus_source source);

#endif
