#ifndef VECMILL_ENCODE_H
#define VECMILL_ENCODE_H

#include <stddef.h>
#include <stdint.h>

/// A product quantizer's centroids: M parts of K = 2^bits rows of dsub values, packed as in panels.h, part after part,
/// with half of every centroid's squared norm.
typedef struct {
  const float *panels;
  const float *half;
  uint32_t parts;
  uint32_t dsub;
  uint32_t bits;  ///< 8 or 4
} vm_quantizer;

/// Bytes of a code: a number a part, least significant bits first.
static inline size_t vm_code_size(const vm_quantizer *q) { return ((size_t)q->parts * q->bits + 7) / 8; }

/// The code of each of n vectors of parts * dsub values: the nearest centroid of every part, the lowest among equals.
void vm_encode(const vm_quantizer *quantizer, const float *x, size_t n, uint8_t *codes);

/// The vectors that n codes stand for; `centroids` are the rows of all parts, not packed.
void vm_decode(const vm_quantizer *quantizer, const float *centroids, const uint8_t *codes, size_t n, float *x);

/// Moves the centroids of one part to the means of the points whose codes name them; those without points stay.
void vm_refit_part(const vm_quantizer *quantizer, size_t part, const float *x, const uint8_t *codes, size_t n,
                   float *centroids);

/// The sum of squared differences, in double precision and in order.
double vm_squared_error(const float *a, const float *b, size_t count);

#endif
