// Clocks.
#include <errno.h>
#include <time.h>

#include "internal.h"

static int64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t janus_time_monotonic(void) { return nanoseconds(CLOCK_MONOTONIC); }

int64_t janus_time_wall(void) { return nanoseconds(CLOCK_REALTIME); }

void janus_sleep(int64_t duration) {
  if (duration <= 0) return;
  struct timespec left = {
      .tv_sec = duration / 1000000000,
      .tv_nsec = duration % 1000000000,
  };
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

// How far local time is ahead of UTC at a moment, in seconds; 0 when that is not known.
int64_t janus_time_local_offset(int64_t seconds) {
  time_t moment = (time_t)seconds;
  struct tm local;
  tzset();
  return localtime_r(&moment, &local) ? local.tm_gmtoff : 0;
}
