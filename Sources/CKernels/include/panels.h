#ifndef VECMILL_PANELS_H
#define VECMILL_PANELS_H

#include <stddef.h>
#include <stdint.h>

// Products and distances of many vectors with many others.
//
// The second operand is packed in panels: 16 rows side by side, value after value, so that panel p holds
// panels[(p * d + t) * 16 + lane] = row[p * 16 + lane][t]. Rows that do not exist are zero. Every result is one chain
// of fused multiply-adds over t = 0, 1, 2, ..., so it has the same bits on every CPU level and for every batch.

enum { VM_PANEL = 16 };

/// Floats that `rows` rows of `d` values take when packed.
static inline size_t vm_panels_size(size_t rows, size_t d) { return (rows + 15) / 16 * 16 * d; }

/// Packs rows first, first + 1, ... of a packed set; `stride` is the distance of the source's rows, in floats.
void vm_pack_panels(const float *rows, size_t count, size_t d, size_t stride, size_t first, float *panels);

/// The opposite of vm_pack_panels.
void vm_unpack_panels(const float *panels, size_t first, size_t count, size_t d, float *rows);

/// half[i] = |row i|^2 / 2 for i < count, then +infinity up to the next multiple of 16.
void vm_half_norms(const float *rows, size_t count, size_t d, size_t stride, float *half);

/// out[i * ostride + j] = bias[j] - <x_i, row_j>; bias (a multiple of 16 long) may be NULL for zero.
void vm_scores(const float *x, size_t n, size_t xstride, const float *panels, const float *bias, size_t rows, size_t d,
               float *out, size_t ostride);

/// out[i * ostride + j] = |x_i - row_j|^2, summed from differences.
void vm_squared(const float *x, size_t n, size_t xstride, const float *panels, size_t rows, size_t d, float *out,
                size_t ostride);

/// The row of smallest bias[j] - <x_i, row_j>, the lowest j among equals, for every i; `score` may be NULL.
///
/// With bias from vm_half_norms this is the nearest row. Rows that only pad the last panel need a bias of +infinity.
void vm_nearest(const float *x, size_t n, size_t xstride, const float *panels, const float *bias, size_t rows,
                size_t d, uint32_t *index, float *score);

/// Whether every one of `count` values is a finite number.
int vm_all_finite(const float *values, size_t count);

/// The tables of n queries of M * dsub values: out[i * stride + m * K + j] is the squared distance of part m of query i
/// to centroid j of that part, or, if `product`, the negated inner product. K is a multiple of 16; the panels of the
/// parts follow one another.
void vm_tables(const float *x, size_t n, size_t M, size_t dsub, size_t K, const float *panels, int product, float *out,
               size_t stride);

#endif
