// Stack overflow as P011: a handler on its own stack that tells an overflow from other faults.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "panic.h"

// A fault this near the stack pointer, beyond the stack's end, is an overflow.
enum { JANUS_FAULT_REACH = 1 << 20, JANUS_STACK_EDGE = 1 << 17, JANUS_SIGNAL_STACK = 1 << 16 };

static uint8_t signal_stack[JANUS_SIGNAL_STACK];
static _Thread_local uintptr_t stack_limit;

// What the JIT knows of its code: where each function begins and where it is declared.
typedef struct janus_function {
  uintptr_t code;
  const janus_place *place;
} janus_function;

typedef struct janus_function_table {
  int64_t count;
  janus_function functions[];
} janus_function_table;

static const janus_function_table *known_functions;

// The unwinder sorts what it knows of code at its first look at it, which takes memory. In the
// handler that may wait for ever: the stack can end inside `malloc`.
void janus_note_functions(const void *table) {
  known_functions = table;
  for (int64_t i = 0; known_functions && i < known_functions->count; ++i) {
    _Unwind_FindEnclosingFunction((void *)known_functions->functions[i].code);
  }
}

static const janus_place *declaration_of(uintptr_t start) {
  int64_t count = known_functions ? known_functions->count : 0;
  for (int64_t i = 0; i < count; ++i) {
    if (known_functions->functions[i].code == start) return known_functions->functions[i].place;
  }
  return NULL;
}

static bool is_in_std(const char *path) { return strncmp(path, "std/", 4) == 0; }

static bool is_from_std(const janus_source *source) {
  return is_in_std(source->file) || is_in_std(source->folder) || strcmp(source->folder, "std") == 0;
}

// A walk from the handler outwards, which begins to count at the instruction that faulted.
typedef struct janus_walk {
  janus_text *text;
  uintptr_t fault;
  bool is_beyond_handler;
} janus_walk;

// Adds the declaration of a frame's function when it is the program's own, and ends the walk.
static _Unwind_Reason_Code name_frame(struct _Unwind_Context *context, void *argument) {
  janus_walk *walk = argument;
  janus_text *result = walk->text;
  int before = 0;
  uintptr_t code = _Unwind_GetIPInfo(context, &before);
  if (code == 0) return _URC_END_OF_STACK;
  if (code == walk->fault) walk->is_beyond_handler = true;
  if (!walk->is_beyond_handler) return _URC_NO_REASON;
  if (!before) --code;
  uintptr_t start = (uintptr_t)_Unwind_FindEnclosingFunction((void *)code);
  const janus_place *place = declaration_of(start);
  if (place) {
    if (is_in_std((const char *)place->file)) return _URC_NO_REASON;
    janus_text_add_place(result, place);
    return _URC_END_OF_STACK;
  }
  janus_source source = janus_find_source(start ? start : code);
  if (source.line == 0 || is_from_std(&source)) return _URC_NO_REASON;
  source.column = 1;
  janus_text_add_source(result, source);
  return _URC_END_OF_STACK;
}

static void code_and_stack(const ucontext_t *context, uintptr_t *code, uintptr_t *stack) {
#if defined(__x86_64__)
  *code = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  *stack = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  *code = (uintptr_t)context->uc_mcontext.pc;
  *stack = (uintptr_t)context->uc_mcontext.sp;
#else
#error "the runtime knows x86-64 and AArch64"
#endif
}

static void on_fault(int number, siginfo_t *information, void *context) {
  uintptr_t fault = (uintptr_t)information->si_addr;
  uintptr_t code, stack;
  code_and_stack(context, &code, &stack);
  bool near_stack = fault + JANUS_FAULT_REACH >= stack && fault <= stack + JANUS_STACK_EDGE;
  bool at_limit = fault < stack_limit + JANUS_STACK_EDGE;
  if (!near_stack || !at_limit) {
    // Not ours: the default action happens when the instruction is executed again.
    signal(number, SIG_DFL);
    return;
  }
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "panic: P011 stack overflow\n");
  janus_walk walk = {.text = &text, .fault = code, .is_beyond_handler = false};
  _Unwind_Backtrace(name_frame, &walk);
  janus_flush();
  janus_write_all(STDERR_FILENO, text.bytes, text.count);
  _exit(JANUS_STATUS_ABORT);
}

// The sanitizers have a handler of their own.
#if defined(JANUS_SANITIZED)
static const bool wanted = false;
#else
static const bool wanted = true;
#endif

// Notes where this thread's stack ends, and where its handler runs.
static bool watch_stack(uint8_t *handler_stack) {
  pthread_attr_t attributes;
  void *lowest = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  stack_limit = (uintptr_t)lowest;
  stack_t stack = {.ss_sp = handler_stack, .ss_size = JANUS_SIGNAL_STACK, .ss_flags = 0};
  return sigaltstack(&stack, NULL) == 0;
}

void *janus_stack_enter(void) {
  uint8_t *handler_stack = wanted ? malloc(JANUS_SIGNAL_STACK) : NULL;
  if (handler_stack) watch_stack(handler_stack);
  return handler_stack;
}

void janus_stack_leave(void *handler_stack) {
  if (!handler_stack) return;
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(handler_stack);
}

void janus_stack_start(void) {
  if (!wanted || !watch_stack(signal_stack)) return;
  struct sigaction action = {0};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}
