// Finds the program's symbols and debug sections in its own ELF file. Nothing here allocates, so
// that it works on the signal stack.
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

static janus_image image;

static int note_bias(struct dl_phdr_info *information, size_t size, void *unused) {
  (void)size, (void)unused;
  // The program itself comes first.
  image.bias = information->dlpi_addr;
  return 1;
}

// A part of the file, or nothing when it does not lie in it.
static janus_bytes part_of_file(uint64_t offset, uint64_t size) {
  uint64_t total = (uint64_t)(image.file.end - image.file.at);
  if (offset > total || size > total - offset) return (janus_bytes){0};
  return (janus_bytes){image.file.at + offset, image.file.at + offset + size};
}

static void note_section(const char *name, const Elf64_Shdr *header) {
  const struct {
    const char *name;
    janus_bytes *section;
  } wanted[] = {
      {".symtab", &image.symbols},     {".strtab", &image.names},
      {".debug_line", &image.lines},   {".debug_line_str", &image.line_strings},
      {".debug_str", &image.strings},
  };
  // Compressed sections would need a library.
  if (header->sh_type == SHT_NOBITS || (header->sh_flags & SHF_COMPRESSED)) return;
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
    if (strcmp(name, wanted[i].name) == 0) {
      *wanted[i].section = part_of_file(header->sh_offset, header->sh_size);
    }
  }
}

static bool read_sections(void) {
  if (image.file.end - image.file.at < (int64_t)sizeof(Elf64_Ehdr)) return false;
  Elf64_Ehdr file;
  memcpy(&file, image.file.at, sizeof file);
  if (memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 || file.e_ident[EI_CLASS] != ELFCLASS64) {
    return false;
  }
  janus_bytes table = part_of_file(file.e_shoff, (uint64_t)file.e_shnum * sizeof(Elf64_Shdr));
  if (!table.at || file.e_shstrndx >= file.e_shnum) return false;
  Elf64_Shdr header;
  memcpy(&header, table.at + (size_t)file.e_shstrndx * sizeof header, sizeof header);
  janus_bytes names = part_of_file(header.sh_offset, header.sh_size);
  // The last byte of a string table is NUL, so that no name runs out of it.
  if (names.at == names.end || names.end[-1] != 0) return false;
  for (size_t i = 0; i < file.e_shnum; ++i) {
    memcpy(&header, table.at + i * sizeof header, sizeof header);
    if (header.sh_name >= (uint64_t)(names.end - names.at)) continue;
    note_section((const char *)names.at + header.sh_name, &header);
  }
  return true;
}

const janus_image *janus_program_image(void) {
  if (image.is_loaded) return image.file.at ? &image : NULL;
  image.is_loaded = true;
  int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  struct stat information;
  void *bytes = MAP_FAILED;
  if (fstat(file, &information) == 0 && information.st_size > 0) {
    bytes = mmap(NULL, (size_t)information.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  }
  close(file);
  if (bytes == MAP_FAILED) return NULL;
  image.file = (janus_bytes){bytes, (const uint8_t *)bytes + information.st_size};
  if (!read_sections()) {
    munmap(bytes, (size_t)information.st_size);
    image.file = (janus_bytes){0};
    return NULL;
  }
  dl_iterate_phdr(note_bias, NULL);
  return &image;
}

static const char *find_symbol(const janus_image *from, uint64_t address) {
  Elf64_Sym symbol;
  const uint8_t *at = from->symbols.at;
  if (!at || from->names.at == from->names.end || from->names.end[-1] != 0) return "";
  for (; from->symbols.end - at >= (int64_t)sizeof symbol; at += sizeof symbol) {
    memcpy(&symbol, at, sizeof symbol);
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) continue;
    if (address < symbol.st_value || address - symbol.st_value >= symbol.st_size) continue;
    if (symbol.st_name >= (uint64_t)(from->names.end - from->names.at)) continue;
    return (const char *)from->names.at + symbol.st_name;
  }
  return "";
}

janus_source janus_find_source(uintptr_t address) {
  janus_source source = {.function = "", .folder = "", .file = ""};
  const janus_image *program = janus_program_image();
  if (!program) return source;
  uint64_t in_file = address - program->bias;
  source.function = find_symbol(program, in_file);
  janus_find_line(program, in_file, &source);
  return source;
}
