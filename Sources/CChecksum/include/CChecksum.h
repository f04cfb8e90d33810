#ifndef AH_CCHECKSUM_H
#define AH_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has an instruction for CRC-32C.
int ah_crc32c_is_native(void);

/// Takes bytes into a CRC-32C with that instruction. Only where ah_crc32c_is_native says so.
uint32_t ah_crc32c_native(uint32_t state, const void *bytes, size_t count);

#endif
