#ifndef VECMILL_REFINE_H
#define VECMILL_REFINE_H

#include <stddef.h>
#include <stdint.h>

// Exact distances of one query to rows that a first search found: out[i] is the squared distance to (or, if `product`, the
// negated inner product with) row positions[i]. Values are summed in 16 chains of fused multiply-adds, side by side.

/// Rows of d floats, one after the other, that need not be aligned.
void vm_refine_floats(const float *x, const uint8_t *rows, const int64_t *positions, size_t count, size_t d, int product,
                      float *out);

/// Rows of d bytes: byte b of column t stands for minima[t] + spans[t] * ((b + 0.5) / 255).
void vm_refine_bytes(const float *x, const uint8_t *rows, const int64_t *positions, size_t count, size_t d,
                     const float *minima, const float *spans, int product, float *out);

#endif
