// What of libFuzzer's interface the fuzz targets call; `-sanitize=fuzzer` links what is behind it.

#ifndef SWIFTWATER_LIBFUZZER_H
#define SWIFTWATER_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*testOneInput)(const uint8_t *start, size_t size));

#endif
