#ifndef VECMILL_CONVOLUTION_PRODUCTS_AVX2_H
#define VECMILL_CONVOLUTION_PRODUCTS_AVX2_H

#include <immintrin.h>
#include <string.h>

#include "convolution_internal.h"

// vpmaddubsw would saturate at 16 bits (2 · 255 · 127 > 32767); bytes are widened and go through vpmaddwd, which is exact.

#define VM_AVX2 __attribute__((target("avx2,fma")))
#define VM_AVX2_INLINE VM_AVX2 static inline __attribute__((always_inline))

enum {
  VM_CHANNELS = 16,  // output channels of a tile of sums
  VM_ROWS = 6,       // rows of it at most: 12 sums, 2 weight vectors, a broadcast and a product fill the 16 registers
};

/// The products of the first two values of each row and the weights for them.
VM_AVX2_INLINE void vm_first_pair(const int16_t *const *rows, const int16_t *weights, int number, __m256i sums[VM_ROWS][2]) {
  const __m256i w0 = _mm256_load_si256((const __m256i *)weights), w1 = _mm256_load_si256((const __m256i *)weights + 1);
#pragma clang loop unroll(full)
  for (int r = 0; r < number; r++) {
    int32_t pair;
    memcpy(&pair, rows[r], sizeof pair);
    const __m256i values = _mm256_set1_epi32(pair);
    sums[r][0] = _mm256_madd_epi16(values, w0);
    sums[r][1] = _mm256_madd_epi16(values, w1);
  }
}

/// Adds the products of two values of each row and the weights for them.
VM_AVX2_INLINE void vm_add_pair(const int16_t *const *rows, ptrdiff_t k, const int16_t *weights, int number, __m256i sums[VM_ROWS][2]) {
  const __m256i w0 = _mm256_load_si256((const __m256i *)weights), w1 = _mm256_load_si256((const __m256i *)weights + 1);
#pragma clang loop unroll(full)
  for (int r = 0; r < number; r++) {
    int32_t pair;
    memcpy(&pair, rows[r] + k, sizeof pair);
    const __m256i values = _mm256_set1_epi32(pair);
    sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(values, w0));
    sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(values, w1));
  }
}

/// Adds the products of `count` values of each row, a multiple of 4, and the weights for them: pairs of 16 bits for sixteen channels.
///
/// `ahead`, if it isn't null, is fetched into the cache on the way, half as much of it as there are weights.
VM_AVX2_INLINE void vm_add_products(const int16_t *const *rows, ptrdiff_t from, ptrdiff_t count, const int16_t *weights, int number,
                                    __m256i sums[VM_ROWS][2], const int16_t *ahead) {
  const int16_t *at[VM_ROWS];
  // The processor takes six instructions a cycle and needs four of them for sums: pointers are kept, where clang would work them out again.
#pragma clang loop unroll(full)
  for (int r = 0; r < number; r++) {
    at[r] = rows[r] + from;
    __asm__("" : "+r"(at[r]));
  }
#pragma clang loop unroll(disable)
  for (ptrdiff_t k = 0; k < count; k += 4, weights += 4 * VM_CHANNELS) {
    if (ahead) _mm_prefetch((const char *)(ahead + k / 4 * 32), _MM_HINT_T0);
    vm_add_pair(at, k, weights, number, sums);
    vm_add_pair(at, k + 2, weights + 2 * VM_CHANNELS, number, sums);
  }
}

#endif
