#include "CSnapshots.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct ah_deflater {
    z_stream stream;
};

struct ah_deflater *ah_deflater_new(int level) {
    struct ah_deflater *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    if (deflateInit(&d->stream, level) == Z_OK) return d;
    free(d);
    return NULL;
}

void ah_deflater_free(struct ah_deflater *d) {
    if (!d) return;
    deflateEnd(&d->stream);
    free(d);
}

void ah_deflater_reset(struct ah_deflater *d) { deflateReset(&d->stream); }

static uInt clamp(size_t count) { return count > UINT_MAX ? UINT_MAX : (uInt)count; }

int ah_deflate(struct ah_deflater *d, const uint8_t **in, size_t *in_left, uint8_t **out, size_t *out_left, int finish) {
    uInt given = clamp(*in_left), room = clamp(*out_left);
    d->stream.next_in = (Bytef *)*in;
    d->stream.avail_in = given;
    d->stream.next_out = *out;
    d->stream.avail_out = room;
    int result = deflate(&d->stream, finish && given == *in_left ? Z_FINISH : Z_NO_FLUSH);
    *in += given - d->stream.avail_in;
    *in_left -= given - d->stream.avail_in;
    *out += room - d->stream.avail_out;
    *out_left -= room - d->stream.avail_out;
    if (result == Z_STREAM_END) return 1;
    return result == Z_OK || result == Z_BUF_ERROR ? 0 : -EIO;
}

uint32_t ah_crc32(uint32_t crc, const void *bytes, size_t count) { return (uint32_t)crc32_z(crc, bytes, count); }
