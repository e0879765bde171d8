// Finds an address in the DWARF line tables (versions 2 to 5) of an image. Every read is checked
// against the section's end; what is not understood ends the search in that table.
#include <string.h>

#include "image.h"

enum {
  FORM_DATA2 = 0x05,
  FORM_DATA4 = 0x06,
  FORM_DATA8 = 0x07,
  FORM_STRING = 0x08,
  FORM_BLOCK = 0x09,
  FORM_DATA1 = 0x0b,
  FORM_STRP = 0x0e,
  FORM_UDATA = 0x0f,
  FORM_DATA16 = 0x1e,
  FORM_LINE_STRP = 0x1f,
};
enum { CONTENT_PATH = 1, CONTENT_FOLDER = 2, MOST_FORMATS = 16 };

// Reading past the end gives zeros and sets `failed`.
typedef struct reader {
  const uint8_t *at;
  const uint8_t *end;
  bool failed;
} reader;

typedef struct table {
  uint16_t version;
  uint8_t minimum_step;
  int8_t line_base;
  uint8_t line_range;
  uint8_t opcode_base;
  const uint8_t *opcode_lengths;
  // Where the lists of folders and files begin.
  reader lists;
  reader program;
} table;

typedef struct row {
  uint64_t address;
  uint64_t file;
  uint64_t line;
  uint64_t column;
  bool is_first;
} row;

static uint64_t read_fixed(reader *from, int32_t size) {
  uint64_t value = 0;
  if (from->end - from->at < size) {
    from->failed = true;
    from->at = from->end;
    return 0;
  }
  memcpy(&value, from->at, (size_t)size);
  from->at += size;
  return value;
}

static uint64_t read_variable(reader *from) {
  uint64_t value = 0;
  for (int32_t shift = 0;; shift += 7) {
    uint64_t byte = read_fixed(from, 1);
    if (shift < 64) value |= (byte & 0x7F) << shift;
    if (!(byte & 0x80)) return value;
  }
}

static int64_t read_signed(reader *from) {
  uint64_t value = 0;
  for (int32_t shift = 0;;) {
    uint64_t byte = read_fixed(from, 1);
    if (shift < 64) value |= (byte & 0x7F) << shift;
    shift += 7;
    if (byte & 0x80) continue;
    if (shift < 64 && (byte & 0x40)) value |= ~UINT64_C(0) << shift;
    return (int64_t)value;
  }
}

static const char *read_string(reader *from) {
  const char *text = (const char *)from->at;
  const uint8_t *nul = from->at < from->end
                           ? memchr(from->at, 0, (size_t)(from->end - from->at))
                           : NULL;
  if (!nul) {
    from->failed = true;
    from->at = from->end;
    return "";
  }
  from->at = nul + 1;
  return text;
}

static const char *string_at(janus_bytes section, uint64_t offset) {
  if (!section.at || offset >= (uint64_t)(section.end - section.at)) return "";
  reader at = {section.at + offset, section.end, false};
  return read_string(&at);
}

static void skip(reader *from, uint64_t count) {
  if ((uint64_t)(from->end - from->at) < count) {
    from->failed = true;
    from->at = from->end;
  } else {
    from->at += count;
  }
}

// Reads the head of the next table and moves `section` behind it; false when there is none.
static bool read_table(reader *section, table *result) {
  uint64_t length = read_fixed(section, 4);
  // The 64-bit format is not written by compilers for programs of this size.
  if (section->failed || length == 0xFFFFFFFF) return false;
  reader unit = {section->at, section->end, false};
  skip(section, length);
  if (section->failed) return false;
  unit.end = section->at;
  result->version = (uint16_t)read_fixed(&unit, 2);
  if (result->version >= 5) skip(&unit, 2);
  uint64_t header_length = read_fixed(&unit, 4);
  reader program = unit;
  skip(&program, header_length);
  result->program = program;
  result->minimum_step = (uint8_t)read_fixed(&unit, 1);
  if (result->version >= 4) skip(&unit, 1);
  skip(&unit, 1);
  result->line_base = (int8_t)read_fixed(&unit, 1);
  result->line_range = (uint8_t)read_fixed(&unit, 1);
  result->opcode_base = (uint8_t)read_fixed(&unit, 1);
  result->opcode_lengths = unit.at;
  skip(&unit, result->opcode_base ? result->opcode_base - 1u : 0);
  result->lists = unit;
  // A table that cannot be read is skipped: its program is empty.
  bool good = !unit.failed && !program.failed && result->line_range != 0 &&
              result->version >= 2 && result->version <= 5;
  if (!good) result->program.at = result->program.end;
  return true;
}

static void read_form(
    const janus_image *image, reader *from, uint64_t form, const char **text, uint64_t *number) {
  switch (form) {
    case FORM_STRING: *text = read_string(from); return;
    case FORM_LINE_STRP: *text = string_at(image->line_strings, read_fixed(from, 4)); return;
    case FORM_STRP: *text = string_at(image->strings, read_fixed(from, 4)); return;
    case FORM_DATA1: *number = read_fixed(from, 1); return;
    case FORM_DATA2: *number = read_fixed(from, 2); return;
    case FORM_DATA4: *number = read_fixed(from, 4); return;
    case FORM_DATA8: *number = read_fixed(from, 8); return;
    case FORM_UDATA: *number = read_variable(from); return;
    case FORM_DATA16: skip(from, 16); return;
    case FORM_BLOCK: skip(from, read_variable(from)); return;
  }
  from->failed = true;
}

// Reads a list of version 5 up to the entry `wanted`; the reader then stands behind the list when
// `wanted` is not in it.
static bool find_entry(
    const janus_image *image, reader *from, uint64_t wanted, const char **path,
    uint64_t *folder) {
  uint64_t formats[MOST_FORMATS][2];
  uint64_t format_count = read_fixed(from, 1);
  if (format_count > MOST_FORMATS) from->failed = true;
  for (uint64_t i = 0; i < format_count && !from->failed; ++i) {
    formats[i][0] = read_variable(from);
    formats[i][1] = read_variable(from);
  }
  uint64_t count = read_variable(from);
  for (uint64_t entry = 0; entry < count && !from->failed; ++entry) {
    const char *entry_path = "";
    uint64_t entry_folder = 0;
    for (uint64_t i = 0; i < format_count; ++i) {
      const char *text = "";
      uint64_t number = 0;
      read_form(image, from, formats[i][1], &text, &number);
      if (formats[i][0] == CONTENT_PATH) entry_path = text;
      if (formats[i][0] == CONTENT_FOLDER) entry_folder = number;
    }
    if (entry != wanted) continue;
    *path = entry_path;
    *folder = entry_folder;
    return true;
  }
  return false;
}

static const char *old_folder(reader *from, uint64_t wanted) {
  const char *found = "";
  for (uint64_t index = 1; !from->failed; ++index) {
    const char *text = read_string(from);
    if (*text == 0) break;
    if (index == wanted) found = text;
  }
  return found;
}

// The file of a row. A folder is given only where the file does not stand in the folder of the
// compilation, so that places read as the source was named.
static void find_file(
    const janus_image *image, const table *from, uint64_t number, janus_source *source) {
  reader lists = from->lists;
  uint64_t folder = 0;
  if (from->version >= 5) {
    const char *unused = "";
    uint64_t nothing = 0;
    find_entry(image, &lists, UINT64_MAX, &unused, &nothing);
    find_entry(image, &lists, number, &source->file, &folder);
    lists = from->lists;
    if (folder != 0) find_entry(image, &lists, folder, &source->folder, &nothing);
    return;
  }
  reader files = lists;
  old_folder(&files, 0);
  for (uint64_t index = 1; !files.failed; ++index) {
    const char *text = read_string(&files);
    if (*text == 0) return;
    folder = read_variable(&files);
    read_variable(&files);
    read_variable(&files);
    if (index != number) continue;
    source->file = text;
    if (folder != 0) source->folder = old_folder(&lists, folder);
    return;
  }
}

static void extended_opcode(reader *program, row *state) {
  uint64_t size = read_variable(program);
  reader operands = *program;
  skip(program, size);
  if (program->failed || size == 0) return;
  operands.end = program->at;
  switch (read_fixed(&operands, 1)) {
    case 1: *state = (row){.file = 1, .line = 1, .is_first = true}; break;
    case 2: state->address = read_fixed(&operands, 8); break;
  }
}

static void standard_opcode(const table *from, reader *program, uint8_t opcode, row *state) {
  switch (opcode) {
    case 2: state->address += read_variable(program) * from->minimum_step; break;
    case 3: state->line += (uint64_t)read_signed(program); break;
    case 4: state->file = read_variable(program); break;
    case 5: state->column = read_variable(program); break;
    case 8:
      state->address +=
          (uint64_t)((255 - from->opcode_base) / from->line_range) * from->minimum_step;
      break;
    case 9: state->address += read_fixed(program, 2); break;
    default:
      for (uint8_t i = 0; i < from->opcode_lengths[opcode - 1]; ++i) read_variable(program);
      break;
  }
}

// Runs a line program; true with the row that covers the address.
static bool run_program(const table *from, uint64_t address, row *found) {
  reader program = from->program;
  row state = {.file = 1, .line = 1, .is_first = true};
  row before = state;
  while (program.at < program.end && !program.failed) {
    uint8_t opcode = (uint8_t)read_fixed(&program, 1);
    bool ends = opcode == 0 && program.end - program.at >= 2 && program.at[1] == 1;
    bool makes_row = opcode == 1 || opcode >= from->opcode_base || ends;
    if (opcode >= from->opcode_base) {
      uint8_t adjusted = (uint8_t)(opcode - from->opcode_base);
      state.address += (uint64_t)(adjusted / from->line_range) * from->minimum_step;
      state.line += (uint64_t)(int64_t)(from->line_base + adjusted % from->line_range);
    }
    if (makes_row) {
      if (!state.is_first && before.address <= address && address < state.address) {
        *found = before;
        return true;
      }
      state.is_first = false;
      before = state;
    }
    if (opcode == 0) {
      extended_opcode(&program, &state);
    } else if (opcode != 1 && opcode < from->opcode_base) {
      standard_opcode(from, &program, opcode, &state);
    }
  }
  return false;
}

bool janus_find_line(const janus_image *image, uint64_t address, janus_source *source) {
  reader section = {image->lines.at, image->lines.end, image->lines.at == NULL};
  table current;
  while (section.at < section.end && read_table(&section, &current)) {
    row found;
    if (!run_program(&current, address, &found) || found.line == 0) continue;
    source->line = (uint32_t)found.line;
    source->column = (uint32_t)found.column;
    find_file(image, &current, found.file, source);
    return true;
  }
  return false;
}
