// Panics: the message, the optional backtrace, and the way to the catching frame.
//
// A panic unwinds with _Unwind_ForcedUnwind, so that the cleanup landing pads of every frame run
// in order; the stop function ends it at the catching frame. The compiled frames' personality is
// __gcc_personality_v0, which needs no C++ runtime.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#include "panic.h"

typedef struct janus_thread {
  janus_catch_frame *catching;
  int32_t panicking;
  struct _Unwind_Exception exception;
  janus_text message;
} janus_thread;

static _Thread_local janus_thread thread;
static bool abort_on_panic;

void janus_set_panic_abort(void) { abort_on_panic = true; }

int32_t janus_panicking(void) { return thread.panicking; }

const janus_text *janus_last_message(void) { return &thread.message; }

void janus_catch_push(janus_catch_frame *frame) {
  frame->outer = thread.catching;
  frame->code = 0;
  thread.catching = frame;
}

void janus_catch_pop(janus_catch_frame *frame) { thread.catching = frame->outer; }

void janus_text_add(janus_text *text, const uint8_t *bytes, int64_t count) {
  int64_t room = (int64_t)sizeof text->bytes - text->count;
  if (count > room) count = room;
  if (count <= 0) return;
  memcpy(text->bytes + text->count, bytes, (size_t)count);
  text->count += count;
}

void janus_text_add_c(janus_text *text, const char *string) {
  janus_text_add(text, (const uint8_t *)string, (int64_t)strlen(string));
}

void janus_text_add_i64(janus_text *text, int64_t value) {
  uint8_t digits[JANUS_NUMBER_TEXT];
  janus_text_add(text, digits, janus_display_i64(value, digits));
}

static void add_hexadecimal(janus_text *text, uint64_t value) {
  char digits[19] = "0x0";
  int32_t count = 0;
  for (uint64_t rest = value; rest; rest >>= 4) ++count;
  if (count == 0) count = 1;
  for (int32_t i = 0; i < count; ++i) {
    digits[2 + i] = "0123456789abcdef"[(value >> (4 * (count - 1 - i))) & 15];
  }
  janus_text_add_c(text, digits);
}

void janus_text_add_place(janus_text *text, const janus_place *place) {
  if (!place) return;
  janus_text_add_c(text, "at ");
  // A long path must not push the line number out of the message.
  janus_text_add(text, place->file, place->file_length < 300 ? place->file_length : 300);
  janus_text_add_c(text, ":");
  janus_text_add_i64(text, place->line);
  janus_text_add_c(text, ":");
  janus_text_add_i64(text, place->column);
  janus_text_add_c(text, "\n");
}

static void write_error(const janus_text *text) {
  janus_write_all(STDERR_FILENO, text->bytes, text->count);
}

static void add_line(janus_text *text, janus_source source) {
  if (*source.folder) {
    janus_text_add_c(text, source.folder);
    janus_text_add_c(text, "/");
  }
  janus_text_add_c(text, source.file);
  janus_text_add_c(text, ":");
  janus_text_add_i64(text, source.line);
  janus_text_add_c(text, ":");
  janus_text_add_i64(text, source.column);
}

void janus_text_add_source(janus_text *text, janus_source source) {
  if (source.line) {
    janus_text_add_c(text, "at ");
    add_line(text, source);
  } else if (*source.function) {
    janus_text_add_c(text, "in ");
    janus_text_add_c(text, source.function);
  } else {
    return;
  }
  janus_text_add_c(text, "\n");
}

// The symbol and the file of an address outside the program's own file.
static void add_module(janus_text *text, uintptr_t address) {
  Dl_info info;
  if (dladdr((void *)address, &info) == 0 || !info.dli_fname) {
    add_hexadecimal(text, address);
    return;
  }
  janus_text_add_c(text, info.dli_sname ? info.dli_sname : "?");
  janus_text_add_c(text, " (");
  janus_text_add_c(text, info.dli_fname);
  janus_text_add_c(text, "+");
  add_hexadecimal(text, address - (uintptr_t)info.dli_fbase);
  janus_text_add_c(text, ")");
}

static _Unwind_Reason_Code print_frame(struct _Unwind_Context *context, void *counter) {
  int64_t *number = counter;
  uintptr_t returned = _Unwind_GetIP(context);
  if (returned == 0 || *number > 200) return _URC_END_OF_STACK;
  // The call stands before the return address.
  janus_source source = janus_find_source(returned - 1);
  // The runtime's own way here tells nobody anything.
  bool is_own = strncmp(source.function, "janus_panic", 11) == 0 ||
                strncmp(source.function, "panic_", 6) == 0;
  if (is_own && *number == 0) return _URC_NO_REASON;
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "  ");
  janus_text_add_i64(&text, (*number)++);
  janus_text_add_c(&text, ": ");
  if (*source.function) {
    janus_text_add_c(&text, source.function);
  } else {
    add_module(&text, returned - 1);
  }
  if (source.line) {
    janus_text_add_c(&text, " at ");
    add_line(&text, source);
  }
  janus_text_add_c(&text, "\n");
  write_error(&text);
  return _URC_NO_REASON;
}

static void print_backtrace(void) {
  const char *wanted = getenv("JANUS_BACKTRACE");
  if (!wanted || strcmp(wanted, "1") != 0) return;
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "backtrace:\n");
  write_error(&text);
  int64_t number = 0;
  _Unwind_Backtrace(print_frame, &number);
}

void janus_panic_report(
    int32_t code, const uint8_t *message, int64_t length, const janus_place *place) {
  janus_flush();
  thread.message.count = 0;
  janus_text_add(&thread.message, message, length);
  janus_text head = {.count = 0};
  janus_text_add_c(&head, code < 10 ? "panic: P00" : "panic: P0");
  janus_text_add_i64(&head, code);
  janus_text_add_c(&head, " ");
  janus_text tail = {.count = 0};
  janus_text_add_c(&tail, "\n");
  janus_text_add_place(&tail, place);
  int64_t room = (int64_t)sizeof head.bytes - head.count - tail.count;
  if (length <= room) {
    janus_text_add(&head, message, length);
    janus_text_add(&head, tail.bytes, tail.count);
    write_error(&head);
  } else {
    write_error(&head);
    janus_write_all(STDERR_FILENO, message, length);
    write_error(&tail);
  }
  print_backtrace();
}

static _Noreturn void end_process(const char *reason) {
  janus_text text = {.count = 0};
  janus_text_add_c(&text, reason);
  write_error(&text);
  _exit(JANUS_STATUS_ABORT);
}

void janus_panic_in_cleanup(void) {
  end_process("panic in a destructor while another panic was unwinding\n");
}

void janus_panic_across_c(void) { end_process("panic across an exported C function\n"); }

// Ends the unwinding at the frame that contains the catch frame. The canonical frame address of
// a context is the stack pointer that its frame had when it called the next one: it is below the
// catch frame for the catching function and above it for that function's caller.
static _Unwind_Reason_Code stop_at_catch(
    int version, _Unwind_Action actions, _Unwind_Exception_Class class,
    struct _Unwind_Exception *exception, struct _Unwind_Context *context, void *argument) {
  (void)version, (void)class, (void)exception;
  janus_catch_frame *frame = argument;
  bool beyond = _Unwind_GetCFA(context) > (_Unwind_Word)(uintptr_t)frame;
  if (!beyond && !(actions & _UA_END_OF_STACK)) return _URC_NO_REASON;
  longjmp(frame->target, 1);
}

static _Noreturn void unwind(int32_t code) {
  janus_catch_frame *frame = thread.catching;
  if (!frame) janus_panic_across_c();
  if (abort_on_panic) {
    janus_flush();
    _exit(janus_alloc_finish(JANUS_STATUS_PANIC));
  }
  frame->code = code;
  thread.panicking = code;
  memset(&thread.exception, 0, sizeof thread.exception);
  memcpy(&thread.exception.exception_class, "JANUSPAN", 8);
  _Unwind_ForcedUnwind(&thread.exception, stop_at_catch, frame);
  end_process("the stack could not be unwound\n");
}

void janus_panic(
    int32_t code, const uint8_t *message, int64_t length, const janus_place *place) {
  janus_panic_report(code, message, length, place);
  if (thread.panicking) janus_panic_in_cleanup();
  unwind(code);
}

void janus_catch_end(void) { thread.panicking = 0; }

static _Noreturn void panic_text(int32_t code, const janus_text *text, const janus_place *place) {
  janus_panic(code, text->bytes, text->count, place);
}

static _Noreturn void panic_c(int32_t code, const char *message, const janus_place *place) {
  janus_panic(code, (const uint8_t *)message, (int64_t)strlen(message), place);
}

void janus_panic_index(int64_t index, int64_t length, const janus_place *place) {
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "index ");
  janus_text_add_i64(&text, index);
  janus_text_add_c(&text, " out of range for length ");
  janus_text_add_i64(&text, length);
  panic_text(JANUS_P001_INDEX, &text, place);
}

void janus_panic_slice(int64_t from, int64_t to, int64_t length, const janus_place *place) {
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "range ");
  janus_text_add_i64(&text, from);
  janus_text_add_c(&text, "..<");
  janus_text_add_i64(&text, to);
  janus_text_add_c(&text, " out of range for length ");
  janus_text_add_i64(&text, length);
  panic_text(JANUS_P001_INDEX, &text, place);
}

void janus_panic_boundary(int64_t index, const janus_place *place) {
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "byte ");
  janus_text_add_i64(&text, index);
  janus_text_add_c(&text, " is not a character boundary");
  panic_text(JANUS_P008_TEXT, &text, place);
}

void janus_panic_overflow(const janus_place *place) {
  panic_c(JANUS_P002_OVERFLOW, "integer overflow", place);
}

void janus_panic_divide(const janus_place *place) {
  panic_c(JANUS_P003_DIVISION, "division by zero", place);
}

void janus_panic_shift(int64_t amount, int64_t width, const janus_place *place) {
  janus_text text = {.count = 0};
  janus_text_add_c(&text, "shift by ");
  janus_text_add_i64(&text, amount);
  janus_text_add_c(&text, " of an integer of ");
  janus_text_add_i64(&text, width);
  janus_text_add_c(&text, " bits");
  panic_text(JANUS_P002_OVERFLOW, &text, place);
}

void janus_panic_assert(const uint8_t *text, int64_t length, const janus_place *place) {
  if (length > 0) janus_panic(JANUS_P004_CONTRACT, text, length, place);
  panic_c(JANUS_P004_CONTRACT, "assertion failed", place);
}

void janus_panic_unreachable(const janus_place *place) {
  panic_c(JANUS_P005_UNREACHABLE, "unreachable code was reached", place);
}

void janus_panic_memory(const janus_place *place) {
  panic_c(JANUS_P006_MEMORY, "out of memory", place);
}

void janus_panic_unwrap(const janus_place *place) {
  panic_c(JANUS_P010_UNWRAP, "`null` was unwrapped", place);
}

void janus_panic_unwrap_error(const uint8_t *text, int64_t length, const janus_place *place) {
  janus_text message = {.count = 0};
  janus_text_add_c(&message, "an error was unwrapped: ");
  janus_text_add(&message, text, length);
  panic_text(JANUS_P010_UNWRAP, &message, place);
}

// Where the error left `main` that is about to be reported.
static const janus_place *error_place;

void janus_note_error(const janus_place *place) { error_place = place; }

int32_t janus_report_error(const uint8_t *text, int64_t length, const janus_place *place) {
  if (!place) place = error_place;
  janus_flush();
  janus_text head = {.count = 0};
  janus_text_add_c(&head, "error: ");
  write_error(&head);
  janus_write_all(STDERR_FILENO, text, length);
  janus_text tail = {.count = 0};
  janus_text_add_c(&tail, "\n");
  janus_text_add_place(&tail, place);
  write_error(&tail);
  return JANUS_STATUS_ERROR;
}
