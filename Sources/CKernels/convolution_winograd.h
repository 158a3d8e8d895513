#ifndef VECMILL_CONVOLUTION_WINOGRAD_H
#define VECMILL_CONVOLUTION_WINOGRAD_H

#include "convolution_internal.h"

// 3×3 convolutions with fewer products, exactly, by minimal filtering: Winograd, Arithmetic Complexity of Computations, 1980; for networks
// Lavin and Gray, arXiv:1509.09308. Tiles of outputs are Y = A'[(G g G') ⊙ (B' d B)]A, the middle summed over input channels:
//
// - stride 1: F(4×4, 3×3) has 36 products for 16 outputs instead of 144, F(3×3, 3×3) 25 for 9 instead of 81;
// - stride 2: along each axis the even inputs meet two weights, by F(4, 2) or F(3, 2), and the odd ones a single weight: 81 products for
//   16 outputs instead of 144, or 49 for 9 instead of 81.
//
// G has fractions; multiplied by 24, 6, 6 and 6, it has whole numbers. Then A' … A gives 576 or 36 times the sum S, in 32-bit
// arithmetic that may wrap: 9 · 2^shift · S modulo 2^32, whatever happened on the way. Multiplied by the inverse of 9 modulo 2^32 and
// shifted right, it is S exactly, if |S| < 2^(31 - shift). Whether weights keep to that is known when they are packed.

enum { VM_WINOGRAD_OUTPUTS_MAX = 4, VM_WINOGRAD_POINTS_MAX = 9 };

typedef struct {
  int32_t points;  // along each axis
  int32_t shift;
  int8_t filter[VM_WINOGRAD_POINTS_MAX][3];  // G
} vm_winograd;

/// The algorithm for a stride of 1 or 2 and tiles of 3 × 3 or 4 × 4 outputs.
static inline const vm_winograd *vm_winograd_for(int32_t stride, int32_t tile) {
  static const vm_winograd all[2][2] = {
      {{5, 2, {{3, 0, 0}, {-3, -3, -3}, {-1, 1, -1}, {1, 2, 4}, {0, 0, 6}}},
       // The last point would have the factor 24, and weights would not fit 16 bits; A has a 4 in its place.
       {6, 6, {{6, 0, 0}, {-4, -4, -4}, {-4, 4, -4}, {1, 2, 4}, {1, -2, 4}, {0, 0, 6}}}},
      {{7, 2, {{-6, 0, 0}, {3, 0, 3}, {3, 0, -3}, {0, 0, 6}, {0, 6, 0}, {0, 6, 0}, {0, 6, 0}}},
       {9, 2, {{3, 0, 0}, {-3, 0, -3}, {-1, 0, 1}, {1, 0, 2}, {0, 0, 6}, {0, 6, 0}, {0, 6, 0}, {0, 6, 0}, {0, 6, 0}}}},
  };
  return &all[stride - 1][tile - 3];
}

/// Tiles of a picture.
static inline int32_t vm_winograd_tiles(const vm_tensor *output, int32_t tile) {
  return (output->height + tile - 1) / tile * ((output->width + tile - 1) / tile);
}

/// Tiles of a batch from which on this is faster than reading fewer weights for more products.
static inline int32_t vm_winograd_least_tiles(int32_t stride) { return stride == 1 ? 2 : 8; }

/// The best tile for a convolution, on a level that has the kernels; 0 if there is none, or too little is won.
int32_t vm_winograd_tile(const vm_convolution *, const int8_t *weights, const vm_tensor *output);
size_t vm_winograd_packed_size(const vm_convolution *);
void vm_winograd_pack(const vm_convolution *, const int8_t *weights, int16_t *packed);

#if defined(__x86_64__)
size_t vm_winograd_scratch_avx2(const vm_convolution *, const vm_tensor *output, int32_t images);
void vm_winograd_run_avx2(const vm_convolution *, const int16_t *weights, const vm_tensor *input, const vm_tensor *residual,
                          const vm_tensor *output, int32_t images, void *scratch);
#endif

#endif
