#ifndef AH_CBROTLI_H
#define AH_CBROTLI_H
#include <brotli/encode.h>
#include <brotli/decode.h>
#endif
