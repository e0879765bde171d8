// Open files by descriptor. Every result below zero is minus an error number.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

int64_t janus_status_of(int64_t result) { return result < 0 ? -errno : result; }

int64_t janus_file_open(
    const uint8_t *path, int64_t length, int32_t mode, int32_t permissions) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  int flags = O_CLOEXEC;
  bool reads = mode & JANUS_OPEN_READ;
  bool writes = mode & (JANUS_OPEN_WRITE | JANUS_OPEN_APPEND);
  if (!reads && !writes) return -EINVAL;
  flags |= !writes ? O_RDONLY : reads ? O_RDWR : O_WRONLY;
  if (mode & JANUS_OPEN_APPEND) flags |= O_APPEND;
  if (mode & JANUS_OPEN_CREATE) flags |= O_CREAT;
  if (mode & JANUS_OPEN_CREATE_NEW) flags |= O_CREAT | O_EXCL;
  if (mode & JANUS_OPEN_EMPTY) flags |= O_TRUNC;
  for (;;) {
    int64_t file = janus_status_of(open(name.bytes, flags, (mode_t)permissions));
    if (file != -EINTR) return file;
  }
}

// Linux closes the descriptor even when it reports EINTR: a second attempt could close another's.
int64_t janus_file_close(int64_t file) {
  int64_t status = janus_status_of(close((int)file));
  return status == -EINTR ? 0 : status;
}

int64_t janus_file_read(int64_t file, uint8_t *buffer, int64_t count) {
  if (count <= 0) return 0;
  for (;;) {
    ssize_t result = read((int)file, buffer, (size_t)count);
    if (result >= 0) return result;
    if (errno != EINTR) return -errno;
  }
}

int64_t janus_file_write(int64_t file, const uint8_t *bytes, int64_t count) {
  int64_t status = janus_write_all((int)file, bytes, count);
  return status != 0 ? status : count;
}

// The size of a regular file; 0 for anything whose size is not known before reading.
int64_t janus_file_size(int64_t file) {
  struct stat information;
  if (fstat((int)file, &information) != 0) return -errno;
  if (S_ISDIR(information.st_mode)) return -EISDIR;
  return S_ISREG(information.st_mode) ? information.st_size : 0;
}

int64_t janus_file_set_size(int64_t file, int64_t size) {
  for (;;) {
    int64_t status = janus_status_of(ftruncate((int)file, size));
    if (status != -EINTR) return status;
  }
}

int64_t janus_file_seek(int64_t file, int64_t offset, int32_t origin) {
  int from = origin == 0 ? SEEK_SET : origin == 1 ? SEEK_CUR : SEEK_END;
  return janus_status_of(lseek((int)file, offset, from));
}

int64_t janus_file_sync(int64_t file) {
  for (;;) {
    int64_t status = janus_status_of(fsync((int)file));
    if (status != -EINTR) return status;
  }
}

int64_t janus_file_duplicate(int64_t file) {
  return janus_status_of(fcntl((int)file, F_DUPFD_CLOEXEC, 3));
}

int32_t janus_file_is_terminal(int64_t file) { return isatty((int)file); }

// Waits until one of `count` descriptors is ready or the time is over (below zero: no limit).
// `items` are pairs: a descriptor (below zero: none), and what is waited for, which becomes what
// is there. The count of descriptors that are ready.
int64_t janus_poll(int64_t *items, int64_t count, int64_t nanoseconds) {
  struct pollfd polled[JANUS_POLL_MOST];
  if (count < 0 || count > JANUS_POLL_MOST) return -EINVAL;
  for (int64_t i = 0; i < count; ++i) {
    int64_t wanted = items[2 * i + 1];
    polled[i].fd = (int)items[2 * i];
    polled[i].events = (short)((wanted & JANUS_POLL_READ ? POLLIN : 0) |
                               (wanted & JANUS_POLL_WRITE ? POLLOUT : 0));
    polled[i].revents = 0;
  }
  int64_t end = nanoseconds < 0 ? 0 : janus_time_monotonic() + nanoseconds;
  int ready;
  for (;;) {
    int64_t left = nanoseconds < 0 ? 0 : end - janus_time_monotonic();
    if (left < 0) left = 0;
    struct timespec limit = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    ready = ppoll(polled, (nfds_t)count, nanoseconds < 0 ? NULL : &limit, NULL);
    if (ready >= 0 || errno != EINTR) break;
  }
  if (ready < 0) return -errno;
  for (int64_t i = 0; i < count; ++i) {
    short found = polled[i].revents;
    // A closed other end counts as both: the next read or write says what happened.
    bool ended = found & (POLLHUP | POLLERR | POLLNVAL);
    items[2 * i + 1] = (found & POLLIN || ended ? JANUS_POLL_READ : 0) |
                       (found & POLLOUT || ended ? JANUS_POLL_WRITE : 0);
  }
  return ready;
}
