// Other processes. Every result below zero is minus an error number.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

// Both ends of a new pipe, the one to read from first.
int64_t janus_pipe(int64_t *ends) {
  int made[2];
  if (pipe2(made, O_CLOEXEC) != 0) return -errno;
  ends[0] = made[0];
  ends[1] = made[1];
  return 0;
}

// The addresses of `count` texts that stand one behind the other, each ended by NUL. Null without
// memory, or when there are more or fewer texts than that.
static char **texts_of(const uint8_t *block, int64_t length, int64_t count) {
  char **texts = calloc((size_t)count + 1, sizeof *texts);
  if (!texts) return NULL;
  int64_t at = 0, found = 0;
  while (at < length && found < count) {
    texts[found++] = (char *)block + at;
    at += (int64_t)strnlen((char *)block + at, (size_t)(length - at)) + 1;
  }
  if (found == count && at == length) return texts;
  free(texts);
  return NULL;
}

typedef struct janus_spawning {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
} janus_spawning;

// The child starts with no signal blocked, and dies of a closed pipe as programs expect.
static int prepare(
    janus_spawning *spawning, const char *folder, const int64_t *descriptors) {
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&spawning->attributes, &none);
  posix_spawnattr_setsigdefault(&spawning->attributes, &defaults);
  int problem = posix_spawnattr_setflags(
      &spawning->attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  for (int i = 0; i < 3 && problem == 0; ++i) {
    if (descriptors[i] < 0) continue;
    problem = posix_spawn_file_actions_adddup2(&spawning->actions, (int)descriptors[i], i);
  }
  if (folder && problem == 0) {
    problem = posix_spawn_file_actions_addchdir_np(&spawning->actions, folder);
  }
  return problem;
}

static int spawn(
    pid_t *process, char **arguments, char **variables, const char *folder,
    const int64_t *descriptors) {
  janus_spawning spawning;
  int problem = posix_spawn_file_actions_init(&spawning.actions);
  if (problem != 0) return problem;
  problem = posix_spawnattr_init(&spawning.attributes);
  if (problem == 0) {
    problem = prepare(&spawning, folder, descriptors);
    if (problem == 0) {
      problem = posix_spawnp(
          process, arguments[0], &spawning.actions, &spawning.attributes, arguments,
          variables ? variables : environ);
    }
    posix_spawnattr_destroy(&spawning.attributes);
  }
  posix_spawn_file_actions_destroy(&spawning.actions);
  return problem;
}

// Starts a program, looked for in PATH, and gives its process. `arguments`, the name first, and
// `variables` are texts ended by NUL, one behind the other; a negative count of variables leaves
// the environment as it is, and an empty folder the working directory. `descriptors` become the
// child's first three, where they are not below zero.
int64_t janus_process_spawn(
    const uint8_t *arguments, int64_t arguments_length, int64_t argument_count,
    const uint8_t *variables, int64_t variables_length, int64_t variable_count,
    const uint8_t *folder, int64_t folder_length, const int64_t *descriptors) {
  janus_c_path directory;
  int64_t status = janus_c_path_set(&directory, folder, folder_length);
  if (status != 0) return status;
  // What was printed before belongs before what the child prints.
  janus_flush();
  char **argument_texts = texts_of(arguments, arguments_length, argument_count);
  char **variable_texts =
      variable_count < 0 ? NULL : texts_of(variables, variables_length, variable_count);
  pid_t process = 0;
  int problem = EINVAL;
  if (argument_texts && (variable_texts || variable_count < 0)) {
    problem = spawn(
        &process, argument_texts, variable_texts, folder_length > 0 ? directory.bytes : NULL,
        descriptors);
  }
  free(variable_texts);
  free(argument_texts);
  return problem != 0 ? -problem : process;
}

enum { JANUS_WAIT_STEP = 1000000 };

// The same on a system that cannot say by a descriptor that a child has ended: it is asked again
// and again.
static int64_t ask_until_ready(int64_t process, int64_t nanoseconds) {
  int64_t end = janus_time_monotonic() + nanoseconds;
  for (;;) {
    siginfo_t information = {.si_pid = 0};
    int asked = waitid(P_PID, (id_t)process, &information, WEXITED | WNOHANG | WNOWAIT);
    if (asked != 0 && errno != EINTR) return -errno;
    if (asked == 0 && information.si_pid != 0) return 1;
    int64_t left = end - janus_time_monotonic();
    if (left <= 0) return 0;
    janus_sleep(left < JANUS_WAIT_STEP ? left : JANUS_WAIT_STEP);
  }
}

// Waits until a child can be collected or the time is over; 1 or 0.
static int64_t wait_ready(int64_t process, int64_t nanoseconds) {
  int descriptor = (int)syscall(SYS_pidfd_open, (pid_t)process, 0);
  if (descriptor < 0) {
    return errno == ENOSYS ? ask_until_ready(process, nanoseconds) : -errno;
  }
  int64_t item[2] = {descriptor, JANUS_POLL_READ};
  int64_t ready = janus_poll(item, 1, nanoseconds);
  close(descriptor);
  return ready;
}

// Waits for a child, so long at most (below zero: without limit): 1 when it ended, 0 when it still
// runs. `result` is its exit status, or minus the signal that ended it.
int64_t janus_process_wait(int64_t process, int64_t nanoseconds, int64_t *result) {
  if (nanoseconds > 0) {
    int64_t ready = wait_ready(process, nanoseconds);
    if (ready <= 0) return ready;
  }
  int status = 0;
  for (;;) {
    pid_t ended = waitpid((pid_t)process, &status, nanoseconds == 0 ? WNOHANG : 0);
    if (ended == 0) return 0;
    if (ended > 0) break;
    if (errno != EINTR) return -errno;
  }
  *result = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  return 1;
}

int64_t janus_process_signal(int64_t process, int32_t number) {
  if (process <= 0) return -ESRCH;
  return janus_status_of(kill((pid_t)process, number));
}
