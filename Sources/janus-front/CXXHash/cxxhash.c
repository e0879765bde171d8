// Binds XXH3's header-only form, so no shared library is needed at run time.
#define XXH_INLINE_ALL
#include <xxhash.h>
#include "cxxhash.h"

janus_hash128 janus_xxh3_128(const void *bytes, size_t count) {
  XXH128_hash_t hash = XXH3_128bits(bytes, count);
  return (janus_hash128){hash.low64, hash.high64};
}
