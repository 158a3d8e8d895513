#ifndef VECMILL_CONVOLUTION_WINOGRAD_H
#define VECMILL_CONVOLUTION_WINOGRAD_H

#include "convolution_internal.h"

// 3×3 convolutions with fewer products, exactly, by minimal filtering: Winograd, Arithmetic Complexity of Computations, 1980; for networks
// Lavin and Gray, arXiv:1509.09308. Tiles of 4 × 4 outputs, Y = A'[(G g G') ⊙ (B' d B)]A, the middle summed over input channels:
//
// - stride 1: F(4×4, 3×3), 36 products for 16 outputs instead of 144;
// - stride 2: along each axis the even inputs meet two weights, by F(4, 2), and the odd ones a single weight; 5 + 4 points, 81 products
//   for 16 outputs instead of 144.
//
// G has fractions; multiplied by 24 (stride 1) or 6 (stride 2), it has whole numbers. Then A' … A gives 576 or 36 times the sum S, in
// 32-bit arithmetic that may wrap: 9 · 2^shift · S modulo 2^32, whatever happened on the way. Multiplied by the inverse of 9 modulo 2^32
// and shifted right, it is S exactly, if |S| < 2^(31 - shift). Whether weights keep to that is known when they are packed.

enum { VM_WINOGRAD_OUTPUTS = 4, VM_WINOGRAD_POINTS_MAX = 9 };

typedef struct {
  int32_t points;  // along each axis
  int32_t shift;
  int8_t filter[VM_WINOGRAD_POINTS_MAX][3];  // G
} vm_winograd;

/// The algorithm for a stride of 1 or 2.
static inline const vm_winograd *vm_winograd_for(int32_t stride) {
  // The last point of stride 1 would have the factor 24, and weights would not fit 16 bits; A has a 4 in its place.
  static const vm_winograd one = {6, 6, {{6, 0, 0}, {-4, -4, -4}, {-4, 4, -4}, {1, 2, 4}, {1, -2, 4}, {0, 0, 6}}};
  static const vm_winograd two = {
      9, 2, {{3, 0, 0}, {-3, 0, -3}, {-1, 0, 1}, {1, 0, 2}, {0, 0, 6}, {0, 6, 0}, {0, 6, 0}, {0, 6, 0}, {0, 6, 0}}};
  return stride == 1 ? &one : &two;
}

static inline int32_t vm_winograd_tiles(const vm_tensor *output) {
  return (output->height + VM_WINOGRAD_OUTPUTS - 1) / VM_WINOGRAD_OUTPUTS * ((output->width + VM_WINOGRAD_OUTPUTS - 1) / VM_WINOGRAD_OUTPUTS);
}

/// Tiles from which on this is faster than reading fewer weights for more products.
static inline int32_t vm_winograd_least_tiles(int32_t stride) { return stride == 1 ? 2 : 8; }

/// Whether a convolution can be done this way on a level that has the kernels, and has fewer products so.
int vm_winograd_fits(const vm_convolution *, const int8_t *weights, const vm_tensor *output);
size_t vm_winograd_packed_size(const vm_convolution *);
void vm_winograd_pack(const vm_convolution *, const int8_t *weights, int16_t *packed);

#if defined(__x86_64__)
size_t vm_winograd_scratch_avx2(const vm_convolution *, const vm_tensor *output, int32_t images);
void vm_winograd_run_avx2(const vm_convolution *, const int16_t *weights, const vm_tensor *input, const vm_tensor *residual,
                          const vm_tensor *output, int32_t images, void *scratch);
#endif

#endif
