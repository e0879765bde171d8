// Files and directories by path. Every result below zero is minus an error number.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

int64_t janus_c_path_set(janus_c_path *path, const uint8_t *bytes, int64_t length) {
  if (length < 0 || length >= (int64_t)sizeof path->bytes) return -ENAMETOOLONG;
  if (length > 0 && memchr(bytes, 0, (size_t)length)) return -EINVAL;
  if (length > 0) memcpy(path->bytes, bytes, (size_t)length);
  path->bytes[length] = 0;
  return 0;
}

static int64_t status_of(int result) { return result < 0 ? -errno : result; }

int64_t janus_file_open(const uint8_t *path, int64_t length, int32_t mode) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  int flags = O_RDONLY;
  switch (mode) {
    case JANUS_OPEN_READ: break;
    case JANUS_OPEN_WRITE: flags = O_WRONLY | O_CREAT | O_TRUNC; break;
    case JANUS_OPEN_APPEND: flags = O_WRONLY | O_CREAT | O_APPEND; break;
    case JANUS_OPEN_UPDATE: flags = O_RDWR | O_CREAT; break;
    default: return -EINVAL;
  }
  for (;;) {
    int64_t file = status_of(open(name.bytes, flags | O_CLOEXEC, 0666));
    if (file != -EINTR) return file;
  }
}

int64_t janus_file_close(int64_t file) { return status_of(close((int)file)); }

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

int64_t janus_file_seek(int64_t file, int64_t offset, int32_t origin) {
  int from = origin == 0 ? SEEK_SET : origin == 1 ? SEEK_CUR : SEEK_END;
  off_t position = lseek((int)file, offset, from);
  return position < 0 ? -errno : position;
}

int64_t janus_path_kind(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  struct stat information;
  if (stat(name.bytes, &information) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? JANUS_PATH_ABSENT : -errno;
  }
  if (S_ISREG(information.st_mode)) return JANUS_PATH_FILE;
  return S_ISDIR(information.st_mode) ? JANUS_PATH_DIRECTORY : JANUS_PATH_OTHER;
}

// Removes a file, or an empty directory.
int64_t janus_path_remove(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : status_of(remove(name.bytes));
}

int64_t janus_path_rename(
    const uint8_t *from, int64_t from_length, const uint8_t *to, int64_t to_length) {
  janus_c_path source, target;
  int64_t status = janus_c_path_set(&source, from, from_length);
  if (status == 0) status = janus_c_path_set(&target, to, to_length);
  return status != 0 ? status : status_of(rename(source.bytes, target.bytes));
}

int64_t janus_directory_create(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : status_of(mkdir(name.bytes, 0777));
}

uint8_t *janus_directory_open(const uint8_t *path, int64_t length, int64_t *status) {
  janus_c_path name;
  *status = janus_c_path_set(&name, path, length);
  if (*status != 0) return NULL;
  DIR *directory = opendir(name.bytes);
  if (!directory) *status = -errno;
  return (uint8_t *)directory;
}

// The next name, valid until the next call; null at the end. `.` and `..` are left out.
const uint8_t *janus_directory_next(uint8_t *directory, int64_t *length) {
  for (;;) {
    struct dirent *entry = readdir((DIR *)directory);
    if (!entry) return NULL;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    *length = (int64_t)strlen(entry->d_name);
    return (const uint8_t *)entry->d_name;
  }
}

void janus_directory_close(uint8_t *directory) { closedir((DIR *)directory); }

int64_t janus_working_directory(uint8_t *buffer, int64_t capacity) {
  if (capacity <= 0 || !getcwd((char *)buffer, (size_t)capacity)) return -errno;
  return (int64_t)strlen((char *)buffer);
}

int32_t janus_error_kind(int64_t status) {
  switch (-status) {
    case ENOENT: return JANUS_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return JANUS_ERROR_PERMISSION;
    case EEXIST:
    case ENOTEMPTY: return JANUS_ERROR_EXISTS;
    case EISDIR: return JANUS_ERROR_IS_DIRECTORY;
    case ENOTDIR: return JANUS_ERROR_NOT_DIRECTORY;
    case EINVAL:
    case ENAMETOOLONG: return JANUS_ERROR_INVALID_PATH;
  }
  return JANUS_ERROR_OTHER;
}

int64_t janus_error_text(int64_t status, uint8_t *buffer, int64_t capacity) {
  const char *text = strerror((int)-status);
  int64_t length = (int64_t)strlen(text);
  if (length > capacity) length = capacity;
  memcpy(buffer, text, (size_t)length);
  return length;
}
