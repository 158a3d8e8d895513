#include "encode.h"

#include <string.h>

#include "panels.h"

enum { ENCODE_ROWS = 256 };

void vm_encode(const vm_quantizer *quantizer, const float *x, size_t n, uint8_t *codes) {
  const size_t dsub = quantizer->dsub, K = (size_t)1 << quantizer->bits, M = quantizer->parts, d = M * dsub;
  const size_t size = vm_code_size(quantizer);
  uint32_t index[ENCODE_ROWS];
  for (size_t first = 0; first < n; first += ENCODE_ROWS) {
    size_t some = n - first < ENCODE_ROWS ? n - first : ENCODE_ROWS;
    uint8_t *to = codes + first * size;
    memset(to, 0, some * size);
    for (size_t m = 0; m < M; m++) {
      vm_nearest(x + first * d + m * dsub, some, d, quantizer->panels + m * K * dsub, quantizer->half + m * K, K, dsub,
                 index, NULL);
      if (quantizer->bits == 8)
        for (size_t i = 0; i < some; i++) to[i * size + m] = (uint8_t)index[i];
      else
        for (size_t i = 0; i < some; i++) to[i * size + m / 2] |= (uint8_t)(index[i] << (m % 2 * 4));
    }
  }
}
