// Open files, links, processes and sockets.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static void test_open_files(const char *folder) {
  uint8_t path[600], buffer[32];
  int64_t fields[7], length = snprintf((char *)path, sizeof path, "%s/open", folder);
  int32_t made = JANUS_OPEN_READ | JANUS_OPEN_WRITE | JANUS_OPEN_CREATE_NEW;
  int64_t file = janus_file_open(path, length, made, 0600);
  CHECK(file >= 0);
  CHECK(janus_error_kind(janus_file_open(path, length, made, 0600)) == JANUS_ERROR_EXISTS);
  CHECK(janus_file_open(path, length, JANUS_OPEN_CREATE, 0600) < 0);
  CHECK(janus_file_write(file, BYTES("0123456789")) == 10);
  CHECK(janus_file_set_size(file, 4) == 0 && janus_file_sync(file) == 0);
  CHECK(janus_file_seek(file, -2, 2) == 2 && janus_file_seek(file, -9, 1) < 0);
  CHECK_TEXT(buffer, janus_file_read(file, buffer, sizeof buffer), "23");
  CHECK(janus_file_stat(file, fields) == 0 && fields[JANUS_STAT_SIZE] == 4);
  CHECK(fields[JANUS_STAT_KIND] == JANUS_PATH_FILE && fields[JANUS_STAT_PERMISSIONS] == 0600);
  int64_t twin = janus_file_duplicate(file);
  CHECK(twin > 2 && janus_file_close(file) == 0);
  CHECK(janus_file_seek(twin, 0, 0) == 0 && !janus_file_is_terminal(twin));
  janus_file_close(twin);
  CHECK(janus_file_close(twin) < 0);
  CHECK(janus_path_set_permissions(path, length, 0640) == 0);

  uint8_t link[600], target[JANUS_PATH_MOST], same[JANUS_PATH_MOST];
  int64_t link_length = snprintf((char *)link, sizeof link, "%s/link", folder);
  CHECK(janus_path_link(BYTES("open"), link, link_length) == 0);
  CHECK_TEXT(target, janus_path_read_link(link, link_length, target, sizeof target), "open");
  CHECK(janus_path_stat(link, link_length, 0, fields) == 0);
  CHECK(fields[JANUS_STAT_KIND] == JANUS_PATH_LINK);
  CHECK(janus_path_stat(link, link_length, 1, fields) == 0);
  CHECK(fields[JANUS_STAT_KIND] == JANUS_PATH_FILE && fields[JANUS_STAT_PERMISSIONS] == 0640);
  int64_t real = janus_path_canonical(link, link_length, target);
  CHECK(real > 0 && real == janus_path_canonical(path, length, same));
  CHECK(memcmp(target, same, (size_t)real) == 0);
  CHECK(janus_path_remove(link, link_length) == 0 && janus_path_remove(path, length) == 0);
}

static int64_t start(const char *arguments, int64_t length, int64_t count, int64_t *ends) {
  int64_t descriptors[3] = {-1, ends ? ends[1] : -1, -1};
  return janus_process_spawn(
      (const uint8_t *)arguments, length, count, NULL, 0, -1, BYTES(""), descriptors);
}

static void test_processes(void) {
  int64_t ends[2], result = 77;
  uint8_t buffer[32];
  CHECK(janus_pipe(ends) == 0);
  static const char echo[] = "sh\0-c\0echo $0 $1; exit 5\0a b\0";
  int64_t child = start(echo, sizeof echo - 1, 4, ends);
  CHECK(child > 0);
  janus_file_close(ends[1]);
  CHECK_TEXT(buffer, janus_file_read(ends[0], buffer, sizeof buffer), "a b\n");
  CHECK(janus_process_wait(child, -1, &result) == 1 && result == 5);
  CHECK(janus_process_wait(child, -1, &result) < 0);
  janus_file_close(ends[0]);

  static const char idle[] = "sleep\000600\0";
  child = start(idle, sizeof idle - 1, 2, NULL);
  CHECK(janus_process_wait(child, 0, &result) == 0);
  CHECK(janus_process_wait(child, 1000000, &result) == 0);
  CHECK(janus_process_signal(child, 9) == 0);
  CHECK(janus_process_wait(child, 20000000000, &result) == 1 && result == -9);
  CHECK(janus_process_signal(-1, 9) < 0);

  static const char none[] = "no-such-program\0";
  child = start(none, sizeof none - 1, 1, NULL);
  // Under Valgrind the child itself finds out, and says so as a shell does.
  bool found_out = child > 0 && janus_process_wait(child, -1, &result) == 1 && result == 127;
  CHECK(janus_error_kind(child) == JANUS_ERROR_NOT_FOUND || found_out);
  // A NUL inside an argument makes more texts than were announced; fewer are as wrong.
  CHECK(start(echo, sizeof echo - 1, 3, NULL) < 0 && start(echo, sizeof echo - 1, 5, NULL) < 0);
}

static void test_sockets(void) {
  uint8_t host[64], buffer[32];
  int64_t port = 0, other = 0, origin[2];
  int64_t listener = janus_socket_bind(BYTES("127.0.0.1"), 0, 1);
  CHECK(listener >= 0);
  CHECK_TEXT(host, janus_socket_address(listener, 0, host, sizeof host, &port), "127.0.0.1");
  CHECK(port > 0 && janus_error_kind(janus_socket_accept(listener, 1000000)) ==
                        JANUS_ERROR_TIMED_OUT);
  CHECK(janus_error_kind(janus_socket_bind(BYTES("127.0.0.1"), port, 1)) ==
        JANUS_ERROR_ADDRESS_IN_USE);
  int64_t client = janus_tcp_connect(BYTES("127.0.0.1"), port, 20000000000);
  int64_t server = janus_socket_accept(listener, -1);
  CHECK(client >= 0 && server >= 0 && janus_socket_set_no_delay(client, 1) == 0);
  CHECK(janus_socket_address(client, 1, host, sizeof host, &other) == 9 && other == port);
  CHECK(janus_socket_set_timeout(server, 0, 1) == 0);
  CHECK(janus_error_kind(janus_file_read(server, buffer, 1)) == JANUS_ERROR_TIMED_OUT);
  int64_t items[4] = {server, JANUS_POLL_READ, -1, JANUS_POLL_READ};
  CHECK(janus_poll(items, 2, 0) == 0 && items[1] == 0);
  CHECK(janus_file_write(client, BYTES("hello")) == 5);
  items[1] = JANUS_POLL_READ | JANUS_POLL_WRITE;
  CHECK(janus_poll(items, 2, -1) == 1 && items[1] == 3 && items[3] == 0);
  CHECK_TEXT(buffer, janus_file_read(server, buffer, sizeof buffer), "hello");
  CHECK(janus_socket_shutdown(client, 1) == 0 && janus_file_read(server, buffer, 1) == 0);
  janus_file_close(client);
  janus_file_close(server);
  janus_file_close(listener);
  CHECK(janus_error_kind(janus_tcp_connect(BYTES("127.0.0.1"), port, -1)) ==
        JANUS_ERROR_CONNECTION_REFUSED);
  CHECK(janus_tcp_connect(BYTES("127.0.0.1"), 70000, -1) < 0);
  CHECK(janus_tcp_connect(BYTES("a\0b"), 80, -1) < 0);

  int64_t one = janus_socket_bind(BYTES("127.0.0.1"), 0, 0);
  int64_t two = janus_socket_bind(BYTES("127.0.0.1"), 0, 0);
  janus_socket_address(two, 0, host, sizeof host, &port);
  CHECK(janus_socket_send_to(one, BYTES("ping"), BYTES("127.0.0.1"), port) == 4);
  int64_t count = janus_socket_receive(two, buffer, sizeof buffer, host, sizeof host, origin);
  CHECK_TEXT(buffer, count, "ping");
  CHECK_TEXT(host, origin[0], "127.0.0.1");
  janus_file_close(one);
  janus_file_close(two);
}

static void test_log(const char *folder) {
  uint8_t path[600], buffer[32];
  int64_t length = snprintf((char *)path, sizeof path, "%s/log", folder), count = 9;
  unsetenv("JANUS_LOG");
  CHECK(janus_log_level() < 0 && janus_log_filter(&count) == NULL && count == 0);
  janus_log_set_filter(BYTES("warn"));
  CHECK_TEXT(janus_log_filter(&count), count, "warn");
  janus_log_set_level(3);
  CHECK(janus_log_level() == 3);
  int32_t mode = JANUS_OPEN_WRITE | JANUS_OPEN_READ | JANUS_OPEN_CREATE;
  int64_t file = janus_file_open(path, length, mode, 0600);
  janus_log_set_file(file);
  CHECK(janus_log_write(BYTES("line\n")) == 0);
  CHECK(janus_file_seek(file, 0, 0) == 0);
  CHECK_TEXT(buffer, janus_file_read(file, buffer, sizeof buffer), "line\n");
  janus_log_set_file(2);
  CHECK(janus_file_close(file) < 0);
  CHECK(janus_path_remove(path, length) == 0);
}

void test_system(void) {
  char folder[] = "/tmp/janus-runtime-XXXXXX";
  CHECK(mkdtemp(folder) != NULL);
  test_open_files(folder);
  test_processes();
  test_sockets();
  test_log(folder);
  CHECK(rmdir(folder) == 0);
  uint8_t text[300];
  CHECK(janus_processor_count() >= 1 && janus_host_name(text, sizeof text) >= 0);
  int64_t offset = janus_time_local_offset(0);
  CHECK(offset > -86400 && offset < 86400);
}
