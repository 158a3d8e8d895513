#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "convolution_internal.h"

// vpmaddubsw would saturate at 16 bits (2 · 255 · 127 > 32767); bytes are widened and go through vpmaddwd, which is exact.

#define AVX2 __attribute__((target("avx2,fma")))

enum { PIXELS = 4, CHANNELS = 16 };

AVX2 static inline __m256i multiply_high(__m256i a, __m256i m) {
  __m256i even = _mm256_mul_epi32(a, m);
  __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(m, 32));
  return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}

AVX2 static inline __m256i residual_of(const uint8_t *at, int32_t type) {
  if (type == VM_INT16) return _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)at));
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)at));
}

AVX2 static inline void store_values(uint8_t *to, __m256i v, int32_t type, int32_t count) {
  _Alignas(32) uint8_t values[32];
  __m128i low = _mm256_castsi256_si128(v), high = _mm256_extracti128_si256(v, 1);
  if (type == VM_INT32) {
    _mm256_store_si256((__m256i *)values, v);
  } else {
    __m128i words = _mm_packs_epi32(low, high);
    if (type == VM_UINT8) words = _mm_packus_epi16(words, words);
    _mm_store_si128((__m128i *)values, words);
  }
  if (count == 8 && type == VM_UINT8)
    memcpy(to, values, 8);
  else
    memcpy(to, values, (size_t)count * vm_value_size(type));
}

/// Eight channels of one pixel, from `first` on.
AVX2 static inline void finish(const vm_convolution *c, const vm_site *site, int32_t residual_type, int32_t type, int32_t first, __m256i acc) {
  int32_t count = c->outputs - first < 8 ? c->outputs - first : 8;
  if (count <= 0) return;
  __m256i v = multiply_high(acc, _mm256_loadu_si256((const __m256i *)(c->multiplier + first)));
  if (site->residual) {
    uint8_t part[16] = {0};
    const uint8_t *at = site->residual + (ptrdiff_t)first * vm_value_size(residual_type);
    if (count < 8) memcpy(part, at, (size_t)count * vm_value_size(residual_type)), at = part;
    v = _mm256_add_epi32(v, _mm256_mullo_epi32(residual_of(at, residual_type), _mm256_set1_epi32(c->residual_factor)));
  }
  v = _mm256_sra_epi32(v, _mm_cvtsi32_si128(c->fraction));
  store_values(site->output + (ptrdiff_t)first * vm_value_size(type), v, type, count);
}

/// Adds the products of half a step: of input values 1 and 3 if `odd`, otherwise of 0 and 2. Only 2 of 4 weight vectors are live,
/// so that nothing spills out of the 16 registers.
AVX2 static inline __attribute__((always_inline)) void add_half(const vm_site *sites, ptrdiff_t k, const __m256i *w, int odd,
                                                                __m256i acc[PIXELS][2]) {
  const __m256i w0 = _mm256_load_si256(w), w1 = _mm256_load_si256(w + 1);
#pragma clang loop unroll(full)
  for (int p = 0; p < PIXELS; p++) {
    int32_t four;
    memcpy(&four, sites[p].input + k, sizeof four);
    __m256i values = _mm256_set1_epi32(four);
    values = odd ? _mm256_srli_epi16(values, 8) : _mm256_and_si256(values, _mm256_set1_epi32(0x00FF00FF));
    acc[p][0] = _mm256_add_epi32(acc[p][0], _mm256_madd_epi16(values, w0));
    acc[p][1] = _mm256_add_epi32(acc[p][1], _mm256_madd_epi16(values, w1));
  }
}

AVX2 static inline void sums(const vm_convolution *c, const vm_site *sites, ptrdiff_t row, const int16_t *weights, __m256i acc[PIXELS][2]) {
  const int32_t run = c->size * c->inputs;
  for (int32_t y = 0; y < c->size; y++) {
    const ptrdiff_t at = y * row;
    for (ptrdiff_t k = at; k < at + run; k += 4, weights += 64) {
      add_half(sites, k, (const __m256i *)weights, 0, acc);
      add_half(sites, k, (const __m256i *)weights + 2, 1, acc);
    }
  }
}

AVX2 void vm_convolution_run_avx2(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual,
                                  const vm_tensor *output, int32_t images) {
  const ptrdiff_t row = vm_row_bytes(input), depth = (ptrdiff_t)c->size * c->size * c->inputs;
  const int64_t pixels = (int64_t)images * output->height * output->width;
  const int32_t residual_type = residual ? residual->type : 0;
  for (int32_t first = 0; first < c->outputs; first += CHANNELS) {
    const int16_t *weights = (const int16_t *)c->packed + first * depth;
    const __m256i bias[2] = {_mm256_loadu_si256((const __m256i *)(c->bias + first)),
                             _mm256_loadu_si256((const __m256i *)(c->bias + first + 8))};
    vm_walk walk = vm_walk_start(c, input, residual, output);
    for (int64_t pixel = 0; pixel < pixels; pixel += PIXELS) {
      int32_t count = pixels - pixel < PIXELS ? (int32_t)(pixels - pixel) : PIXELS;
      vm_site sites[PIXELS];
      for (int p = 0; p < PIXELS; p++) sites[p] = p < count ? vm_walk_next(&walk) : sites[p - 1];
      __m256i acc[PIXELS][2];
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) acc[p][0] = bias[0], acc[p][1] = bias[1];
      sums(c, sites, row, weights, acc);
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) {
        if (p >= count) continue;
        finish(c, &sites[p], residual_type, output->type, first, acc[p][0]);
        finish(c, &sites[p], residual_type, output->type, first + 8, acc[p][1]);
      }
    }
  }
}
#endif
