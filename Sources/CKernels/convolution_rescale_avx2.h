#ifndef VECMILL_CONVOLUTION_RESCALE_AVX2_H
#define VECMILL_CONVOLUTION_RESCALE_AVX2_H

#include "convolution_products_avx2.h"

/// Sixteen output channels of a convolution, as far as it has them: what rescaling their sums takes.
typedef struct {
  __m256i even[2], odd[2];  // multipliers of eight channels each; the second with the odd ones in the even places
  __m256i factor;
  __m128i fraction;
  int32_t residual_type, type;
  ptrdiff_t residual_offset, offset;  // bytes from a pixel's start
  int32_t count;                      // channels that there are
  int32_t plain;                      // whether there is nothing to do after the multiplication
} vm_rescale;

vm_rescale vm_rescale_for(const vm_convolution *, const vm_tensor *residual, const vm_tensor *output, int32_t first);

/// Makes sums of sixteen channels values of the output, with the residual: what every kernel of this level ends with.
void vm_rescale_sums(const vm_rescale *, const __m256i (*sums)[2], const vm_site *sites, int32_t count);

#endif
