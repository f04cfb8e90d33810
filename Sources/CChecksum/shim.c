#include "CChecksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

#define NATIVE __attribute__((target("sse4.2")))

int ah_crc32c_is_native(void) { return __builtin_cpu_supports("sse4.2") != 0; }

static inline NATIVE uint32_t step8(uint32_t state, uint64_t word) { return (uint32_t)_mm_crc32_u64(state, word); }
static inline NATIVE uint32_t step1(uint32_t state, uint8_t byte) { return _mm_crc32_u8(state, byte); }

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

#define NATIVE

int ah_crc32c_is_native(void) { return 1; }

static inline uint32_t step8(uint32_t state, uint64_t word) { return __crc32cd(state, word); }
static inline uint32_t step1(uint32_t state, uint8_t byte) { return __crc32cb(state, byte); }

#else

#define NATIVE

int ah_crc32c_is_native(void) { return 0; }

static inline uint32_t step8(uint32_t state, uint64_t word) { return (void)word, state; }
static inline uint32_t step1(uint32_t state, uint8_t byte) { return (void)byte, state; }

#endif

NATIVE uint32_t ah_crc32c_native(uint32_t state, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        state = step8(state, word);
    }
    for (; count > 0; count--) state = step1(state, *next++);
    return state;
}
