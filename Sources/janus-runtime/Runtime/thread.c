// Threads, and monitors: a lock with a condition. A panic ends its thread only; whoever joins it
// learns the code and the message.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "panic.h"

typedef struct janus_started {
  pthread_t thread;
  janus_body *body;
  void *environment;
  int32_t code;
  janus_text message;
} janus_started;

static _Thread_local janus_started *current;

static void *run(void *argument) {
  janus_started *started = argument;
  current = started;
  void *signal_stack = janus_stack_enter();
  int32_t code = janus_catch(started->body, started->environment);
  if (code != 0) janus_thread_fail(code);
  janus_stack_leave(signal_stack);
  janus_region_thread_end();
  return NULL;
}

uint8_t *janus_thread_start(janus_body *body, void *environment) {
  janus_started *started = calloc(1, sizeof *started);
  if (!started) return NULL;
  started->body = body;
  started->environment = environment;
  if (pthread_create(&started->thread, NULL, run, started) != 0) {
    free(started);
    return NULL;
  }
  return (uint8_t *)started;
}

void janus_thread_fail(int32_t code) {
  if (!current) return;
  current->code = code;
  current->message = *janus_last_message();
}

int32_t janus_thread_join(uint8_t *thread) {
  janus_started *started = (janus_started *)thread;
  pthread_join(started->thread, NULL);
  return started->code;
}

int64_t janus_thread_message(uint8_t *thread, uint8_t *buffer, int64_t capacity) {
  const janus_text *message = &((janus_started *)thread)->message;
  int64_t count = message->count < capacity ? message->count : capacity;
  memcpy(buffer, message->bytes, (size_t)count);
  return count;
}

void janus_thread_release(uint8_t *thread) { free(thread); }

void janus_thread_yield(void) { sched_yield(); }

int64_t janus_thread_id(void) {
  static _Atomic int64_t last;
  static _Thread_local int64_t id;
  if (id == 0) id = ++last;
  return id;
}

typedef struct janus_monitor {
  pthread_mutex_t lock;
  pthread_cond_t changed;
} janus_monitor;

uint8_t *janus_monitor_new(void) {
  janus_monitor *monitor = malloc(sizeof *monitor);
  if (!monitor) return NULL;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&monitor->lock, NULL);
  pthread_cond_init(&monitor->changed, &attributes);
  pthread_condattr_destroy(&attributes);
  return (uint8_t *)monitor;
}

void janus_monitor_free(uint8_t *monitor) {
  pthread_cond_destroy(&((janus_monitor *)monitor)->changed);
  pthread_mutex_destroy(&((janus_monitor *)monitor)->lock);
  free(monitor);
}

void janus_monitor_enter(uint8_t *monitor) {
  pthread_mutex_lock(&((janus_monitor *)monitor)->lock);
}

void janus_monitor_leave(uint8_t *monitor) {
  pthread_mutex_unlock(&((janus_monitor *)monitor)->lock);
}

void janus_monitor_notify(uint8_t *monitor) {
  pthread_cond_broadcast(&((janus_monitor *)monitor)->changed);
}

int32_t janus_monitor_wait(uint8_t *monitor, int64_t nanoseconds) {
  janus_monitor *held = (janus_monitor *)monitor;
  if (nanoseconds < 0) return pthread_cond_wait(&held->changed, &held->lock) == 0;
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const int64_t second = 1000000000;
  until.tv_sec += (time_t)(nanoseconds / second);
  until.tv_nsec += (long)(nanoseconds % second);
  if (until.tv_nsec >= second) {
    until.tv_nsec -= second;
    until.tv_sec += 1;
  }
  return pthread_cond_timedwait(&held->changed, &held->lock, &until) != ETIMEDOUT;
}
