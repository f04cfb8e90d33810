#include "CSnapshots.h"

#include <string.h>

static int use_portable = 0;
void ah_sha1_use_portable(int portable) { use_portable = portable; }

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint32_t big_endian(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void portable_blocks(uint32_t state[5], const uint8_t *p, size_t count) {
    for (; count; count--, p += 64) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) w[i] = big_endian(p + 4 * i);
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
            else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
            else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
            else f = b ^ c ^ d, k = 0xca62c1d6;
            uint32_t t = rotate(a, 5) + f + e + k + w[i];
            e = d, d = c, c = rotate(b, 30), b = a, a = t;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int has_instructions(void) {
    static int known = -1;
    int result = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (result >= 0) return result;
    unsigned a, b, c, d;
    result = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) && (c & bit_SSSE3) &&
             __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
    __atomic_store_n(&known, result, __ATOMIC_RELAXED);
    return result;
}

// Four rounds: m[0] is the schedule's next four words, and the three after it are brought on by what it needs.
#define ROUNDS(i, k)                                                              \
    do {                                                                          \
        __m128i e_next = abcd;                                                    \
        e = (i) ? _mm_sha1nexte_epu32(e, m[(i) % 4]) : _mm_add_epi32(e, m[0]);    \
        if ((i) >= 3 && (i) < 19) m[((i) + 1) % 4] = _mm_sha1msg2_epu32(m[((i) + 1) % 4], m[(i) % 4]); \
        abcd = _mm_sha1rnds4_epu32(abcd, e, k);                                   \
        if ((i) >= 1 && (i) < 17) m[((i) + 3) % 4] = _mm_sha1msg1_epu32(m[((i) + 3) % 4], m[(i) % 4]); \
        if ((i) >= 2 && (i) < 18) m[((i) + 2) % 4] = _mm_xor_si128(m[((i) + 2) % 4], m[(i) % 4]); \
        e = e_next;                                                               \
    } while (0)

__attribute__((target("sha,sse4.1,ssse3"))) static void instruction_blocks(uint32_t state[5], const uint8_t *p,
                                                                           size_t count) {
    const __m128i swap = _mm_set_epi64x(0x0001020304050607ULL, 0x08090a0b0c0d0e0fULL);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0x1b);
    __m128i e = _mm_set_epi32((int)state[4], 0, 0, 0);
    for (; count; count--, p += 64) {
        __m128i abcd_before = abcd, e_before = e, m[4];
        for (int i = 0; i < 4; i++) m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), swap);
        ROUNDS(0, 0); ROUNDS(1, 0); ROUNDS(2, 0); ROUNDS(3, 0); ROUNDS(4, 0);
        ROUNDS(5, 1); ROUNDS(6, 1); ROUNDS(7, 1); ROUNDS(8, 1); ROUNDS(9, 1);
        ROUNDS(10, 2); ROUNDS(11, 2); ROUNDS(12, 2); ROUNDS(13, 2); ROUNDS(14, 2);
        ROUNDS(15, 3); ROUNDS(16, 3); ROUNDS(17, 3); ROUNDS(18, 3); ROUNDS(19, 3);
        e = _mm_sha1nexte_epu32(e, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
    }
    _mm_storeu_si128((__m128i *)state, _mm_shuffle_epi32(abcd, 0x1b));
    state[4] = (uint32_t)_mm_extract_epi32(e, 3);
}
#endif

static void blocks(uint32_t state[5], const uint8_t *p, size_t count) {
#if defined(__x86_64__)
    if (!__atomic_load_n(&use_portable, __ATOMIC_RELAXED) && has_instructions()) {
        instruction_blocks(state, p, count);
        return;
    }
#endif
    portable_blocks(state, p, count);
}

void ah_sha1_begin(struct ah_sha1 *sha) {
    static const uint32_t start[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    memcpy(sha->state, start, sizeof start);
    sha->length = 0;
}

void ah_sha1_add(struct ah_sha1 *sha, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    size_t held = sha->length % 64;
    sha->length += count;
    if (held) {
        size_t part = 64 - held < count ? 64 - held : count;
        memcpy(sha->block + held, p, part);
        p += part;
        count -= part;
        if (held + part < 64) return;
        blocks(sha->state, sha->block, 1);
    }
    if (count >= 64) blocks(sha->state, p, count / 64);
    if (count % 64) memcpy(sha->block, p + count / 64 * 64, count % 64);
}

void ah_sha1_end(struct ah_sha1 *sha, uint8_t digest[20]) {
    uint64_t bits = sha->length * 8;
    uint8_t padding[72] = {0x80};
    size_t held = sha->length % 64, zeros = (held < 56 ? 56 : 120) - held;
    for (int i = 0; i < 8; i++) padding[zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
    ah_sha1_add(sha, padding, zeros + 8);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 4; j++) digest[4 * i + j] = (uint8_t)(sha->state[i] >> (24 - 8 * j));
}
