// XXH3, 128 bits, from Debian's libxxhash-dev: content hashes that name declarations, instances and
// units. Not for anything an attacker may choose; the build cache uses SHA-256.
#ifndef JANUS_CXXHASH_H
#define JANUS_CXXHASH_H
#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t low, high; } janus_hash128;

janus_hash128 janus_xxh3_128(const void *bytes, size_t count);
#endif
