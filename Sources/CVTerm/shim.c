#define _GNU_SOURCE
#include "CVTerm.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <vterm.h>

// The state layer needs a few KB, twice that for line information of tall screens; untouched pages cost nothing.
enum { arenaSize = 1 << 20, classes = 20, operationLimit = 64, blockHeader = 16, arenaHeader = 512 };

// At the start of the arena, so that a saved arena has its allocator's state with it.
typedef struct {
  size_t used;
  size_t freeBlock[classes]; // offset of the first free block of 16 << i bytes
} Arena;

struct AHVTerm {
  uint8_t *arena;
  uint8_t *base; // the arena as it was after opening
  size_t baseUsed;
  VTerm *vterm;
  VTermState *state;
  int rows, columns;
  int operationCount;
  AHVTermOperation operations[operationLimit];
};

static int sizeClass(size_t size) {
  int class = 0;
  while (class < classes && ((size_t)16 << class) < size) class++;
  return class;
}

static void *arenaAllocate(size_t size, void *data) {
  Arena *arena = data;
  int class = sizeClass(size);
  if (class >= classes) abort();
  size_t length = (size_t)16 << class;
  size_t offset = arena->freeBlock[class];
  if (offset) {
    memcpy(&arena->freeBlock[class], (uint8_t *)arena + offset, sizeof(size_t));
  } else {
    if (arena->used + blockHeader + length > arenaSize) abort();
    offset = arena->used + blockHeader;
    memcpy((uint8_t *)arena + arena->used, &class, sizeof class);
    arena->used += blockHeader + length;
  }
  // libvterm counts on zeroed memory.
  return memset((uint8_t *)arena + offset, 0, length);
}

static void arenaFree(void *pointer, void *data) {
  if (!pointer) return;
  Arena *arena = data;
  size_t offset = (size_t)((uint8_t *)pointer - (uint8_t *)arena);
  int class;
  memcpy(&class, (uint8_t *)pointer - blockHeader, sizeof class);
  memcpy(pointer, &arena->freeBlock[class], sizeof(size_t));
  arena->freeBlock[class] = offset;
}

static VTermAllocatorFunctions arenaFunctions = {.malloc = arenaAllocate, .free = arenaFree};

static int clamp(int value, int low, int high) { return value < low ? low : value > high ? high : value; }

// libvterm 0.1.4 reports rectangles that start after their end: nothing of that passes here.
static void note(AHVTerm *terminal, AHVTermOperation operation) {
  operation.top = clamp(operation.top, 0, terminal->rows);
  operation.bottom = clamp(operation.bottom, 0, terminal->rows);
  operation.left = clamp(operation.left, 0, terminal->columns);
  operation.right = clamp(operation.right, 0, terminal->columns);
  if (operation.top >= operation.bottom || operation.left >= operation.right) return;
  if (terminal->operationCount < operationLimit) terminal->operations[terminal->operationCount++] = operation;
}

static int noteScroll(VTermRect rect, int downward, int rightward, void *user) {
  note(user, (AHVTermOperation){.kind = AHVTermScroll, .top = rect.start_row, .left = rect.start_col,
                                .bottom = rect.end_row, .right = rect.end_col, .downward = downward,
                                .rightward = rightward});
  return 1;
}

static int noteErase(VTermRect rect, int selective, void *user) {
  note(user, (AHVTermOperation){.kind = AHVTermErase, .top = rect.start_row, .left = rect.start_col,
                                .bottom = rect.end_row, .right = rect.end_col, .selective = selective});
  return 1;
}

// Larger than any version's struct: a later library may look at fields behind those this header knows.
static const union {
  VTermStateCallbacks callbacks;
  void *room[24];
} noted = {.callbacks = {.scrollrect = noteScroll, .erase = noteErase}};

AHVTerm *ah_vterm_open(int rows, int columns) {
  AHVTerm *terminal = calloc(1, sizeof *terminal);
  if (!terminal) return NULL;
  void *arena = mmap(NULL, arenaSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena == MAP_FAILED) {
    free(terminal);
    return NULL;
  }
  terminal->arena = arena;
  terminal->rows = rows;
  terminal->columns = columns;
  ((Arena *)arena)->used = arenaHeader;
  terminal->vterm = vterm_new_with_allocator(rows, columns, &arenaFunctions, arena);
  vterm_set_utf8(terminal->vterm, 1);
  terminal->state = vterm_obtain_state(terminal->vterm);
  vterm_state_set_callbacks(terminal->state, &noted.callbacks, terminal);
  vterm_state_reset(terminal->state, 1);
  terminal->operationCount = 0;
  terminal->baseUsed = ((Arena *)arena)->used;
  terminal->base = malloc(terminal->baseUsed);
  if (!terminal->base) {
    ah_vterm_close(terminal);
    return NULL;
  }
  memcpy(terminal->base, arena, terminal->baseUsed);
  return terminal;
}

// All of libvterm's memory is in the arena, so there is nothing to ask it to free.
void ah_vterm_close(AHVTerm *terminal) {
  munmap(terminal->arena, arenaSize);
  free(terminal->base);
  free(terminal);
}

int ah_vterm_write(AHVTerm *terminal, const uint8_t *bytes, size_t count) {
  terminal->operationCount = 0;
  vterm_input_write(terminal->vterm, (const char *)bytes, count);
  return terminal->operationCount;
}

const AHVTermOperation *ah_vterm_operations(const AHVTerm *terminal) { return terminal->operations; }

void ah_vterm_cursor(const AHVTerm *terminal, int32_t *row, int32_t *column) {
  VTermPos position;
  vterm_state_get_cursorpos(terminal->state, &position);
  *row = clamp(position.row, 0, terminal->rows - 1);
  *column = clamp(position.col, 0, terminal->columns - 1);
}

void ah_vterm_resize(AHVTerm *terminal, int rows, int columns) {
  terminal->rows = rows;
  terminal->columns = columns;
  vterm_set_size(terminal->vterm, rows, columns);
  terminal->operationCount = 0;
}

void ah_vterm_reset(AHVTerm *terminal) {
  vterm_state_reset(terminal->state, 1);
  terminal->operationCount = 0;
}

// A saved state: rows, columns, used bytes, then runs of {offset, length, bytes} where the arena differs from its base.
typedef struct {
  uint32_t rows, columns, used;
} SavedHeader;

typedef struct {
  uint32_t offset, length;
} SavedRun;

static uint64_t wordAt(const uint8_t *bytes, size_t offset, size_t used) {
  uint64_t word = 0;
  if (offset < used) memcpy(&word, bytes + offset, used - offset < 8 ? used - offset : 8);
  return word;
}

size_t ah_vterm_save(const AHVTerm *terminal, uint8_t *into, size_t capacity) {
  size_t used = ((const Arena *)terminal->arena)->used, size = sizeof(SavedHeader), offset = 0;
  SavedHeader header = {(uint32_t)terminal->rows, (uint32_t)terminal->columns, (uint32_t)used};
  if (size <= capacity) memcpy(into, &header, sizeof header);
  while (offset < used) {
    if (wordAt(terminal->arena, offset, used) == wordAt(terminal->base, offset, terminal->baseUsed)) {
      offset += 8;
      continue;
    }
    SavedRun run = {(uint32_t)offset, 0};
    while (offset < used &&
           wordAt(terminal->arena, offset, used) != wordAt(terminal->base, offset, terminal->baseUsed))
      offset += 8;
    if (offset > used) offset = used;
    run.length = (uint32_t)(offset - run.offset);
    if (size + sizeof run + run.length <= capacity) {
      memcpy(into + size, &run, sizeof run);
      memcpy(into + size + sizeof run, terminal->arena + run.offset, run.length);
    }
    size += sizeof run + run.length;
  }
  return size;
}

int ah_vterm_restore(AHVTerm *terminal, const uint8_t *from, size_t count) {
  SavedHeader header;
  if (count < sizeof header) return 0;
  memcpy(&header, from, sizeof header);
  size_t present = ((Arena *)terminal->arena)->used;
  if (header.used > arenaSize) return 0;
  memcpy(terminal->arena, terminal->base, terminal->baseUsed);
  size_t tail = present > header.used ? present : header.used;
  if (tail > terminal->baseUsed) memset(terminal->arena + terminal->baseUsed, 0, tail - terminal->baseUsed);
  for (size_t at = sizeof header; at + sizeof(SavedRun) <= count;) {
    SavedRun run;
    memcpy(&run, from + at, sizeof run);
    at += sizeof run;
    if (run.length > count - at || run.offset > arenaSize || run.length > arenaSize - run.offset) return 0;
    memcpy(terminal->arena + run.offset, from + at, run.length);
    at += run.length;
  }
  terminal->rows = (int)header.rows;
  terminal->columns = (int)header.columns;
  terminal->operationCount = 0;
  return 1;
}

int ah_vterm_compiled_minor(void) { return VTERM_VERSION_MINOR < 3 ? VTERM_VERSION_MINOR : 3; }

// Functions that came with 0.2 and 0.3 tell the loaded library's age; asking by name, since a header that has them
// declares them strong.
int ah_vterm_loaded_minor(void) {
  if (dlsym(RTLD_DEFAULT, "vterm_screen_enable_reflow")) return 3;
  if (dlsym(RTLD_DEFAULT, "vterm_state_send_selection")) return 2;
  return 1;
}
