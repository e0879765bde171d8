// Text, characters, hashing, files.
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

// Texts of two letters, in which parts nearly occur often: against looking at every place.
static void test_find_last(void) {
  uint32_t state = 1;
  for (int round = 0; round < 20000; ++round) {
    uint8_t text[200], part[40];
    state = state * 1664525 + 1013904223;
    int64_t length = state >> 16 & 127, part_length = 1 + (state >> 24 & 15);
    uint32_t rare = state >> 8 & 15;
    for (int64_t i = 0; i < length; ++i) {
      state = state * 1664525 + 1013904223;
      text[i] = (state >> 20 & 15) <= rare ? 'a' : 'b';
    }
    for (int64_t i = 0; i < part_length; ++i) {
      state = state * 1664525 + 1013904223;
      part[i] = (state >> 20 & 15) <= rare ? 'a' : 'b';
    }
    int64_t expected = length - part_length;
    while (expected >= 0 && memcmp(text + expected, part, (size_t)part_length) != 0) --expected;
    if (expected < 0) expected = -1;
    CHECK(janus_text_find_last(text, length, part, part_length) == expected);
  }
  // A part that breaks off at the last byte at every place: comparing each takes minutes.
  enum { TEXT = 4000000, PART = 2000000 };
  uint8_t *text = malloc(TEXT), *part = malloc(PART);
  memset(text, 'a', TEXT);
  memset(part, 'a', PART);
  part[PART - 1] = 'b';
  CHECK(janus_text_find_last(text, TEXT, part, PART) == -1);
  part[PART - 1] = 'a';
  part[0] = 'b';
  text[7] = 'b';
  CHECK(janus_text_find_last(text, TEXT, part, PART) == 7);
  part[0] = 'a';
  part[PART / 2] = 'b';
  CHECK(janus_text_find_last(text, TEXT, part, PART) == -1);
  free(text);
  free(part);
}

void test_text(void) {
  CHECK(janus_text_find(BYTES("hello"), BYTES("l")) == 2);
  CHECK(janus_text_find(BYTES("hello"), BYTES("lo")) == 3);
  CHECK(janus_text_find(BYTES("hello"), BYTES("")) == 0);
  CHECK(janus_text_find(BYTES("hello"), BYTES("hello!")) == -1);
  CHECK(janus_text_find_last(BYTES("hello"), BYTES("l")) == 3);
  CHECK(janus_text_find_last(BYTES("abab"), BYTES("ab")) == 2);
  CHECK(janus_text_find_last(BYTES("abab"), BYTES("aba")) == 0);
  CHECK(janus_text_find_last(BYTES("abab"), BYTES("x")) == -1);
  CHECK(janus_text_find_last(BYTES("abab"), BYTES("")) == 4);
  test_find_last();
  CHECK(janus_text_compare(BYTES("a"), BYTES("b")) == -1);
  CHECK(janus_text_compare(BYTES("ab"), BYTES("a")) == 1);
  CHECK(janus_text_compare(BYTES("a"), BYTES("a")) == 0);
  CHECK(janus_text_equal(BYTES("abc"), BYTES("abc")));
  CHECK(!janus_text_equal(BYTES("abc"), BYTES("abd")));

  CHECK(janus_utf8_error(BYTES("plain text, longer than eight bytes")) == -1);
  CHECK(janus_utf8_error(BYTES("aé€😀")) == -1);
  CHECK(janus_utf8_error(BYTES("ab\xff")) == 2);
  CHECK(janus_utf8_error(BYTES("\xc0\x80")) == 0);
  CHECK(janus_utf8_error(BYTES("\xe0\x80\x80")) == 0);
  CHECK(janus_utf8_error(BYTES("\xed\xa0\x80")) == 0);
  CHECK(janus_utf8_error(BYTES("\xf0\x80\x80\x80")) == 0);
  CHECK(janus_utf8_error(BYTES("\xf4\x90\x80\x80")) == 0);
  CHECK(janus_utf8_error(BYTES("a\xe2\x82")) == 1);
  CHECK(janus_utf8_count(BYTES("aé€😀")) == 4);

  CHECK(janus_char_class('a') == (JANUS_CHAR_ALPHABETIC | JANUS_CHAR_LOWER));
  CHECK(janus_char_class('7') == (JANUS_CHAR_NUMERIC | JANUS_CHAR_DECIMAL));
  CHECK(janus_char_class(' ') == JANUS_CHAR_SPACE);
  CHECK(janus_char_class(0xC4) == (JANUS_CHAR_ALPHABETIC | JANUS_CHAR_UPPER));
  CHECK(janus_char_class('!') == JANUS_CHAR_PUNCTUATION);
  CHECK(janus_char_lower(0xC4) == 0xE4);
  CHECK(janus_char_upper(0x3B1) == 0x391);

  CHECK(janus_char_class(0xD800) == 0 && janus_char_class(0x110000) == janus_char_class(0));
  CHECK(janus_char_upper(0xDF) == 0xDF && janus_char_upper(0x10FFFF) == 0x10FFFF);

  uint8_t text[16];
  int64_t at = 0;
  CHECK(janus_text_upper(BYTES("aß"), &at, text, 16) == 3 && memcmp(text, "ASS", 3) == 0);
  CHECK(at == 3);
  at = 0;
  CHECK(janus_text_lower(BYTES("AΣ."), &at, text, 16) == 4 && memcmp(text, "aς.", 4) == 0);
  // What might not fit waits for more room, and is then seen in its place.
  at = 0;
  CHECK(janus_text_lower(BYTES("AΣ."), &at, text, 12) == 1 && at == 1);
  CHECK(janus_text_lower(BYTES("AΣ."), &at, text, 15) == 3 && memcmp(text, "ς.", 3) == 0);
  at = 0;
  CHECK(janus_text_upper(BYTES("abc"), &at, text, 2) == 2 && at == 2);
  CHECK(janus_text_equal_folded(BYTES("ΣSS"), BYTES("ςß")));
  CHECK(!janus_text_equal_folded(BYTES("ab"), BYTES("abc")));
  CHECK(janus_grapheme_length(BYTES("")) == 0);
  CHECK(janus_grapheme_length(BYTES("\r\na")) == 2);
  CHECK(janus_grapheme_length(BYTES("é")) == 2 && janus_grapheme_length(BYTES("e\u0301x")) == 3);

  uint64_t empty = janus_hash_bytes(NULL, 0);
  CHECK(janus_hash_bytes(BYTES("a")) != empty);
  CHECK(janus_hash_bytes(BYTES("a\0")) != janus_hash_bytes(BYTES("a")));
  CHECK(janus_hash_bytes(BYTES("0123456789abcdef0")) !=
        janus_hash_bytes(BYTES("0123456789abcdef1")));
}

static void test_files(const char *folder) {
  uint8_t path[600], other[600], buffer[32];
  int64_t length = snprintf((char *)path, sizeof path, "%s/file", folder);
  int64_t other_length = snprintf((char *)other, sizeof other, "%s/renamed", folder);
  CHECK(janus_path_kind(path, length) == JANUS_PATH_ABSENT);
  CHECK(janus_error_kind(janus_file_open(path, length, JANUS_OPEN_READ, 0)) ==
        JANUS_ERROR_NOT_FOUND);
  int32_t anew = JANUS_OPEN_WRITE | JANUS_OPEN_CREATE | JANUS_OPEN_EMPTY;
  int64_t file = janus_file_open(path, length, anew, 0666);
  CHECK(file >= 0);
  CHECK(janus_file_write(file, BYTES("one\n")) == 4);
  CHECK(janus_file_close(file) == 0);
  file = janus_file_open(path, length, JANUS_OPEN_APPEND, 0);
  CHECK(janus_file_write(file, BYTES("two")) == 3);
  janus_file_close(file);
  CHECK(janus_path_kind(path, length) == JANUS_PATH_FILE);
  CHECK(janus_path_rename(path, length, other, other_length) == 0);
  file = janus_file_open(other, other_length, JANUS_OPEN_READ, 0);
  CHECK(janus_file_size(file) == 7);
  int64_t count = janus_file_read(file, buffer, sizeof buffer);
  CHECK_TEXT(buffer, count, "one\ntwo");
  CHECK(janus_file_read(file, buffer, sizeof buffer) == 0);
  CHECK(janus_file_seek(file, 4, 0) == 4);
  CHECK(janus_file_read(file, buffer, 1) == 1 && buffer[0] == 't');
  janus_file_close(file);

  int64_t status = 1;
  uint8_t *directory = janus_directory_open((const uint8_t *)folder, (int64_t)strlen(folder),
                                            &status);
  CHECK(directory && status == 0);
  int64_t name_length = 0;
  const uint8_t *name = janus_directory_next(directory, &name_length);
  if (name) CHECK_TEXT(name, name_length, "renamed");
  CHECK(janus_directory_next(directory, &name_length) == NULL && name_length == 0);
  janus_directory_close(directory);
  CHECK(janus_path_remove(other, other_length) == 0);
}

void test_fs(void) {
  char folder[] = "/tmp/janus-runtime-XXXXXX";
  CHECK(mkdtemp(folder) != NULL);
  test_files(folder);
  const uint8_t *path = (const uint8_t *)folder;
  int64_t length = (int64_t)strlen(folder), status = 0;
  CHECK(janus_path_kind(path, length) == JANUS_PATH_DIRECTORY);
  CHECK(janus_error_kind(janus_directory_create(path, length, 0777)) == JANUS_ERROR_EXISTS);
  CHECK(janus_error_kind(janus_file_open(path, length, JANUS_OPEN_WRITE, 0)) ==
        JANUS_ERROR_IS_DIRECTORY);
  CHECK(janus_path_remove(path, length) == 0);
  CHECK(janus_directory_open(path, length, &status) == NULL);
  CHECK(janus_error_kind(status) == JANUS_ERROR_NOT_FOUND);
  CHECK(janus_error_kind(janus_path_kind(BYTES("a\0b"))) == JANUS_ERROR_INVALID_PATH);
  uint8_t text[64];
  CHECK_TEXT(text, janus_error_text(status, text, sizeof text), "No such file or directory");
}
