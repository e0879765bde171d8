// Files and directories by path. Every result below zero is minus an error number.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

static int32_t kind_of(mode_t mode) {
  if (S_ISREG(mode)) return JANUS_PATH_FILE;
  if (S_ISDIR(mode)) return JANUS_PATH_DIRECTORY;
  return S_ISLNK(mode) ? JANUS_PATH_LINK : JANUS_PATH_OTHER;
}

int64_t janus_path_kind(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  struct stat information;
  if (stat(name.bytes, &information) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? JANUS_PATH_ABSENT : -errno;
  }
  return kind_of(information.st_mode);
}

static int64_t nanoseconds_of(struct timespec time) {
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t describe(const struct stat *information, int64_t *fields) {
  fields[JANUS_STAT_KIND] = kind_of(information->st_mode);
  fields[JANUS_STAT_SIZE] = information->st_size;
  fields[JANUS_STAT_PERMISSIONS] = information->st_mode & 07777;
  fields[JANUS_STAT_MODIFIED] = nanoseconds_of(information->st_mtim);
  fields[JANUS_STAT_ACCESSED] = nanoseconds_of(information->st_atim);
  fields[JANUS_STAT_DEVICE] = (int64_t)information->st_dev;
  fields[JANUS_STAT_NUMBER] = (int64_t)information->st_ino;
  return 0;
}

int64_t janus_path_stat(const uint8_t *path, int64_t length, int32_t follow, int64_t *fields) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  struct stat information;
  int result = follow ? stat(name.bytes, &information) : lstat(name.bytes, &information);
  return result != 0 ? -errno : describe(&information, fields);
}

int64_t janus_file_stat(int64_t file, int64_t *fields) {
  struct stat information;
  return fstat((int)file, &information) != 0 ? -errno : describe(&information, fields);
}

// Removes a file, or an empty directory.
int64_t janus_path_remove(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : janus_status_of(remove(name.bytes));
}

int64_t janus_path_rename(
    const uint8_t *from, int64_t from_length, const uint8_t *to, int64_t to_length) {
  janus_c_path source, target;
  int64_t status = janus_c_path_set(&source, from, from_length);
  if (status == 0) status = janus_c_path_set(&target, to, to_length);
  return status != 0 ? status : janus_status_of(rename(source.bytes, target.bytes));
}

// Makes `path` a symbolic link with the text `target`.
int64_t janus_path_link(
    const uint8_t *target, int64_t target_length, const uint8_t *path, int64_t length) {
  janus_c_path text, name;
  int64_t status = janus_c_path_set(&text, target, target_length);
  if (status == 0) status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : janus_status_of(symlink(text.bytes, name.bytes));
}

int64_t janus_path_read_link(
    const uint8_t *path, int64_t length, uint8_t *buffer, int64_t capacity) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  return janus_status_of(readlink(name.bytes, (char *)buffer, (size_t)capacity));
}

// The absolute path without links, `.` and `..`; `buffer` has room for JANUS_PATH_MOST bytes.
int64_t janus_path_canonical(const uint8_t *path, int64_t length, uint8_t *buffer) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  if (status != 0) return status;
  return realpath(name.bytes, (char *)buffer) ? (int64_t)strlen((char *)buffer) : -errno;
}

int64_t janus_path_set_permissions(const uint8_t *path, int64_t length, int32_t permissions) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : janus_status_of(chmod(name.bytes, (mode_t)permissions));
}

int64_t janus_directory_create(const uint8_t *path, int64_t length, int32_t permissions) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : janus_status_of(mkdir(name.bytes, (mode_t)permissions));
}

uint8_t *janus_directory_open(const uint8_t *path, int64_t length, int64_t *status) {
  janus_c_path name;
  *status = janus_c_path_set(&name, path, length);
  if (*status != 0) return NULL;
  DIR *directory = opendir(name.bytes);
  if (!directory) *status = -errno;
  return (uint8_t *)directory;
}

// The next name, valid until the next call. Null at the end, and when reading fails, which
// `length` then says as a status below zero. `.` and `..` are left out.
const uint8_t *janus_directory_next(uint8_t *directory, int64_t *length) {
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir((DIR *)directory);
    if (!entry) {
      *length = -errno;
      return NULL;
    }
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

int64_t janus_set_working_directory(const uint8_t *path, int64_t length) {
  janus_c_path name;
  int64_t status = janus_c_path_set(&name, path, length);
  return status != 0 ? status : janus_status_of(chdir(name.bytes));
}
