// Thin covers over GNU extensions and libcrypto.
#define _GNU_SOURCE
#define OPENSSL_API_COMPAT 0x10100000L
#include "csystem.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <spawn.h>
#include <unistd.h>

int janus_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int janus_spawn_in(void *actions, const char *directory) {
  return posix_spawn_file_actions_addchdir_np(actions, directory);
}

void janus_sha256(const void *bytes, size_t count, unsigned char digest[32]) {
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, bytes, count);
  SHA256_Final(digest, &state);
}

void janus_execute(const char *path, char *const arguments[]) { execv(path, arguments); }
