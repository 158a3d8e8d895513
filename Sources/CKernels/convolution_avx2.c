#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "convolution_internal.h"

// vpmaddubsw would saturate at 16 bits (2 · 255 · 127 > 32767); bytes are widened and go through vpmaddwd, which is exact. They are widened
// once for a whole layer: inside the loop that took 8 of 40 vector operations, for 16 products, and the processor does four at once.

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
  memcpy(to, values, (size_t)count * vm_value_size(type));
}

/// The sums of `count` of eight channels, from `first` on, as values of the output.
AVX2 static inline __m256i rescaled(const vm_convolution *c, const vm_site *site, int32_t residual_type, int32_t first, int32_t count, __m256i acc) {
  __m256i v = multiply_high(acc, _mm256_loadu_si256((const __m256i *)(c->multiplier + first)));
  if (site->residual) {
    uint8_t part[16] = {0};
    const uint8_t *at = site->residual + (ptrdiff_t)first * vm_value_size(residual_type);
    if (count < 8) memcpy(part, at, (size_t)count * vm_value_size(residual_type)), at = part;
    v = _mm256_add_epi32(v, _mm256_mullo_epi32(residual_of(at, residual_type), _mm256_set1_epi32(c->residual_factor)));
  }
  return _mm256_sra_epi32(v, _mm_cvtsi32_si128(c->fraction));
}

/// Eight channels of one pixel, from `first` on.
AVX2 static inline void finish(const vm_convolution *c, const vm_site *site, int32_t residual_type, int32_t type, int32_t first, __m256i acc) {
  int32_t count = c->outputs - first < 8 ? c->outputs - first : 8;
  if (count <= 0) return;
  store_values(site->output + (ptrdiff_t)first * vm_value_size(type), rescaled(c, site, residual_type, first, count, acc), type, count);
}

/// Sixteen channels of one pixel, from `first` on.
AVX2 static inline void finish_both(const vm_convolution *c, const vm_site *site, int32_t residual_type, int32_t type, int32_t first,
                                    const __m256i acc[2]) {
  if (type != VM_UINT8 || c->outputs - first < CHANNELS) {
    finish(c, site, residual_type, type, first, acc[0]);
    finish(c, site, residual_type, type, first + 8, acc[1]);
    return;
  }
  __m256i words = _mm256_packs_epi32(rescaled(c, site, residual_type, first, 8, acc[0]), rescaled(c, site, residual_type, first + 8, 8, acc[1]));
  // Packing works on halves of 128 bits: groups of four channels lie as 0 2 1 3.
  words = _mm256_permute4x64_epi64(words, 0xD8);
  __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  _mm_storeu_si128((__m128i *)(site->output + first), bytes);
}

/// Of every 4 bytes two pairs of 16 bits, as the weights are packed: values 0 and 2, then 1 and 3.
AVX2 static void widen(const uint8_t *from, ptrdiff_t count, int16_t *to) {
  const __m256i low = _mm256_set1_epi16(0x00FF);
  ptrdiff_t i = 0;
  for (; i + 32 <= count; i += 32) {
    __m256i v = _mm256_permute4x64_epi64(_mm256_loadu_si256((const __m256i *)(from + i)), 0xD8);
    __m256i even = _mm256_and_si256(v, low), odd = _mm256_srli_epi16(v, 8);
    _mm256_store_si256((__m256i *)(to + i), _mm256_unpacklo_epi32(even, odd));
    _mm256_store_si256((__m256i *)(to + i + 16), _mm256_unpackhi_epi32(even, odd));
  }
  for (; i < count; i += 4) to[i] = from[i], to[i + 1] = from[i + 2], to[i + 2] = from[i + 1], to[i + 3] = from[i + 3];
}

/// Adds the products of half a step, two input values of each pixel.
AVX2 static inline __attribute__((always_inline)) void add_half(const int16_t *const *inputs, ptrdiff_t k, const __m256i *w,
                                                                __m256i acc[PIXELS][2]) {
  const __m256i w0 = _mm256_load_si256(w), w1 = _mm256_load_si256(w + 1);
#pragma clang loop unroll(full)
  for (int p = 0; p < PIXELS; p++) {
    int32_t pair;
    memcpy(&pair, inputs[p] + k, sizeof pair);
    const __m256i values = _mm256_set1_epi32(pair);
    acc[p][0] = _mm256_add_epi32(acc[p][0], _mm256_madd_epi16(values, w0));
    acc[p][1] = _mm256_add_epi32(acc[p][1], _mm256_madd_epi16(values, w1));
  }
}

AVX2 static inline void sums(const vm_convolution *c, const int16_t *const *inputs, ptrdiff_t row, const int16_t *weights,
                             __m256i acc[PIXELS][2]) {
  const int32_t run = c->size * c->inputs;
  for (int32_t y = 0; y < c->size; y++) {
    const ptrdiff_t at = y * row;
    for (ptrdiff_t k = at; k < at + run; k += 4, weights += 64) {
      add_half(inputs, k, (const __m256i *)weights, acc);
      add_half(inputs, k + 2, (const __m256i *)weights + 2, acc);
    }
  }
}

AVX2 void vm_convolution_run_avx2(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual,
                                  const vm_tensor *output, int32_t images, int16_t *wide) {
  const ptrdiff_t row = vm_row_bytes(input), depth = (ptrdiff_t)c->size * c->size * c->inputs;
  const int64_t pixels = (int64_t)images * output->height * output->width;
  const int32_t residual_type = residual ? residual->type : 0;
  widen(input->data, images * vm_picture_bytes(input), wide);
  for (int32_t first = 0; first < c->outputs; first += CHANNELS) {
    const int16_t *weights = (const int16_t *)c->packed + first * depth;
    const __m256i bias[2] = {_mm256_loadu_si256((const __m256i *)(c->bias + first)),
                             _mm256_loadu_si256((const __m256i *)(c->bias + first + 8))};
    vm_walk walk = vm_walk_start(c, input, residual, output);
    for (int64_t pixel = 0; pixel < pixels; pixel += PIXELS) {
      int32_t count = pixels - pixel < PIXELS ? (int32_t)(pixels - pixel) : PIXELS;
      vm_site sites[PIXELS];
      const int16_t *inputs[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        sites[p] = p < count ? vm_walk_next(&walk) : sites[p - 1];
        inputs[p] = wide + (sites[p].input - (const uint8_t *)input->data);
      }
      __m256i acc[PIXELS][2];
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) acc[p][0] = bias[0], acc[p][1] = bias[1];
      sums(c, inputs, row, weights, acc);
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++)
        if (p < count) finish_both(c, &sites[p], residual_type, output->type, first, acc[p]);
    }
  }
}
#endif
