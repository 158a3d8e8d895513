#ifndef VECMILL_JPEG_IDCT_H
#define VECMILL_JPEG_IDCT_H

#include <stddef.h>
#include <stdint.h>

/// Dequantizes one or two blocks in natural order and writes them, side by side, as size × size samples each: 1, 2, 4
/// or 8. The numbers are those of libjpeg's accurate integer transforms. `strange` gets bits set if a value leaves the
/// range in which libjpeg's vector code and its plain one agree, given that no coefficient is beyond
/// VM_LARGEST_COEFFICIENT.
void vm_jpeg_idct(
    int size, int count, const int16_t *blocks, const uint16_t quantizers[64], uint8_t *out, size_t stride,
    uint16_t strange[8]);

#endif
