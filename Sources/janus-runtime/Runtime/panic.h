// The catching frames, shared by panic.c (which unwinds to them) and entry.c (which sets them).
#ifndef JANUS_PANIC_H
#define JANUS_PANIC_H

#include "internal.h"

void janus_catch_push(janus_catch_frame *frame);
void janus_catch_pop(janus_catch_frame *frame);
// The panic has been caught; the thread may panic again.
void janus_catch_end(void);

#endif
