#ifndef AH_CVTERM_H
#define AH_CVTERM_H

#include <stddef.h>
#include <stdint.h>

// libvterm's state layer with everything it allocates in one mapping at a fixed address, so that its whole state can be
// saved and put back by copying bytes; and its callbacks written down as a list, so that none runs into Swift.
// The differences of the 0.1 and 0.3 headers stay in the shim.

typedef struct AHVTerm AHVTerm;

typedef enum { AHVTermScroll = 1, AHVTermErase = 2 } AHVTermOperationKind;

/// What a sequence did to the grid. The rectangle is half open and lies within the screen.
typedef struct {
  int32_t kind;
  int32_t top, left, bottom, right;
  /// Scroll only: contents move up by `downward` rows and left by `rightward` columns.
  int32_t downward, rightward;
  /// Erase only: leave protected cells alone.
  int32_t selective;
} AHVTermOperation;

/// NULL when there is no memory. Sizes must be at least 1 row and 2 columns.
AHVTerm *_Nullable ah_vterm_open(int rows, int columns);
void ah_vterm_close(AHVTerm *_Nonnull terminal);

/// Feeds one whole, valid sequence and returns how many operations it caused; they stay valid until the next call.
int ah_vterm_write(AHVTerm *_Nonnull terminal, const uint8_t *_Nonnull bytes, size_t count);
const AHVTermOperation *_Nonnull ah_vterm_operations(const AHVTerm *_Nonnull terminal);
void ah_vterm_cursor(const AHVTerm *_Nonnull terminal, int32_t *_Nonnull row, int32_t *_Nonnull column);
/// Margins and cursor must be at home before.
void ah_vterm_resize(AHVTerm *_Nonnull terminal, int rows, int columns);
/// Back to what `ah_vterm_open` made, in the present size.
void ah_vterm_reset(AHVTerm *_Nonnull terminal);

/// Writes what differs from the state after opening; returns the bytes it takes, also when `capacity` is too small.
size_t ah_vterm_save(const AHVTerm *_Nonnull terminal, uint8_t *_Nullable into, size_t capacity);
/// Puts back what `ah_vterm_save` of the same terminal wrote; 0 when it is not that.
int ah_vterm_restore(AHVTerm *_Nonnull terminal, const uint8_t *_Nonnull from, size_t count);

/// Minor versions of the header this was compiled with and of the library that is loaded, as far as their ABIs differ:
/// 1, 2 or 3. They share a soname, so the loader doesn't tell.
int ah_vterm_compiled_minor(void);
int ah_vterm_loaded_minor(void);

#endif
