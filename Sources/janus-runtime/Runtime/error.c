// What a negative status means: minus an error number of the system, or, below
// JANUS_RESOLVER_ERRORS, a failure to resolve a host's name.
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "internal.h"

int32_t janus_error_kind(int64_t status) {
  if (status < JANUS_RESOLVER_ERRORS) return JANUS_ERROR_HOST_NOT_FOUND;
  switch (-status) {
    case ENOENT: return JANUS_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return JANUS_ERROR_PERMISSION;
    case EEXIST: return JANUS_ERROR_EXISTS;
    case EISDIR: return JANUS_ERROR_IS_DIRECTORY;
    case ENOTDIR: return JANUS_ERROR_NOT_DIRECTORY;
    case EINVAL:
    case ENAMETOOLONG: return JANUS_ERROR_INVALID_PATH;
    case ENOTEMPTY: return JANUS_ERROR_NOT_EMPTY;
    case ECONNREFUSED: return JANUS_ERROR_CONNECTION_REFUSED;
    case ECONNRESET:
    case ECONNABORTED:
    case ENOTCONN: return JANUS_ERROR_CONNECTION_RESET;
    case EPIPE: return JANUS_ERROR_BROKEN_PIPE;
    // A read or write on a socket with a time limit ends with EAGAIN.
    case EAGAIN:
    case ETIMEDOUT: return JANUS_ERROR_TIMED_OUT;
    case EADDRINUSE: return JANUS_ERROR_ADDRESS_IN_USE;
  }
  return JANUS_ERROR_OTHER;
}

int64_t janus_error_text(int64_t status, uint8_t *buffer, int64_t capacity) {
  const char *text = status < JANUS_RESOLVER_ERRORS
      ? gai_strerror((int)(status - JANUS_RESOLVER_ERRORS))
      : strerrordesc_np((int)-status);
  if (!text) text = "unknown error";
  int64_t length = (int64_t)strlen(text);
  if (length > capacity) length = capacity;
  memcpy(buffer, text, (size_t)length);
  return length;
}
