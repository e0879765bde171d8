// What the driver needs of the C libraries and Swift's Glibc module does not show.
#ifndef JANUS_CSYSTEM_H
#define JANUS_CSYSTEM_H

#include <stddef.h>

// A pipe whose ends are closed in children. 0, or -1 with errno.
int janus_pipe(int ends[2]);

// `actions` is a posix_spawn_file_actions_t: lets the child start in `directory`.
int janus_spawn_in(void *actions, const char *directory);

// The SHA-256 of `count` bytes.
void janus_sha256(const void *bytes, size_t count, unsigned char digest[32]);

// Replaces this process. Returns only when that failed.
void janus_execute(const char *path, char *const arguments[]);

#endif
