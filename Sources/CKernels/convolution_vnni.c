#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "convolution_internal.h"

// Tiles of 8 pixels by 32 channels: 16 accumulators, 2 weight vectors and a broadcast stay in registers, and 16 dot products of
// 64 bytes follow on 10 loads.

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))

enum { PIXELS = 8 };

VNNI static inline __m512i multiply_high(__m512i a, __m512i m, __m512i m_odd) {
  __m512i even = _mm512_mul_epi32(a, m), odd = _mm512_mul_epi32(_mm512_srli_epi64(a, 32), m_odd);
  return _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
}

VNNI static inline __m512i residual_of(const uint8_t *at, int32_t type, __mmask16 lanes) {
  if (type == VM_INT16) {
    if (lanes == 0xFFFF) return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)at));
    return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(lanes, at));
  }
  if (lanes == 0xFFFF) return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)at));
  return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, at));
}

VNNI static inline void store_values(uint8_t *to, __m512i v, int32_t type, __mmask16 lanes) {
  if (type == VM_UINT8) {
    __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_max_epi32(v, _mm512_setzero_si512()));
    if (lanes == 0xFFFF) _mm_storeu_si128((__m128i *)to, bytes);
    else _mm_mask_storeu_epi8(to, lanes, bytes);
  } else if (type == VM_INT16) {
    _mm256_mask_storeu_epi16(to, lanes, _mm512_cvtsepi32_epi16(v));
  } else {
    _mm512_mask_storeu_epi32(to, lanes, v);
  }
}

typedef struct {
  __m512i multiplier, multiplier_odd, factor;
  __m128i fraction;
  int32_t residual_type, type;
  __mmask16 lanes;
} vm_finish;

VNNI static inline vm_finish finish_for(const vm_convolution *c, const vm_tensor *residual, const vm_tensor *output, int32_t first) {
  __m512i m = _mm512_loadu_si512(c->multiplier + first);
  int32_t count = c->outputs - first;
  return (vm_finish){
      .multiplier = m,
      .multiplier_odd = _mm512_srli_epi64(m, 32),
      .factor = _mm512_set1_epi32(c->residual_factor),
      .fraction = _mm_cvtsi32_si128(c->fraction),
      .residual_type = residual ? residual->type : 0,
      .type = output->type,
      .lanes = (__mmask16)(count >= 16 ? 0xFFFF : count > 0 ? (1 << count) - 1 : 0),
  };
}

/// Sixteen channels of one pixel, from `first` on.
VNNI static inline void finish(const vm_finish *f, const vm_site *site, int32_t first, __m512i acc) {
  __m512i v = multiply_high(acc, f->multiplier, f->multiplier_odd);
  if (site->residual) {
    const uint8_t *at = site->residual + (ptrdiff_t)first * vm_value_size(f->residual_type);
    v = _mm512_add_epi32(v, _mm512_mullo_epi32(residual_of(at, f->residual_type, f->lanes), f->factor));
  }
  v = _mm512_sra_epi32(v, f->fraction);
  store_values(site->output + (ptrdiff_t)first * vm_value_size(f->type), v, f->type, f->lanes);
}

VNNI static inline void sums(const vm_convolution *c, const vm_site *sites, ptrdiff_t row, const int8_t *weights, __m512i acc[PIXELS][2]) {
  const int32_t run = c->size * c->inputs;
  for (int32_t y = 0; y < c->size; y++) {
    const ptrdiff_t at = y * row;
    for (ptrdiff_t k = at; k < at + run; k += 4, weights += 4 * VM_BLOCK) {
      __m512i w0 = _mm512_load_si512(weights), w1 = _mm512_load_si512(weights + 64);
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) {
        int32_t four;
        memcpy(&four, sites[p].input + k, sizeof four);
        __m512i all = _mm512_set1_epi32(four);
        acc[p][0] = _mm512_dpbusd_epi32(acc[p][0], all, w0);
        acc[p][1] = _mm512_dpbusd_epi32(acc[p][1], all, w1);
      }
    }
  }
}

VNNI void vm_convolution_run_vnni(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual,
                                  const vm_tensor *output, int32_t images) {
  const ptrdiff_t row = vm_row_bytes(input), depth = (ptrdiff_t)c->size * c->size * c->inputs;
  const int64_t pixels = (int64_t)images * output->height * output->width;
  for (int32_t first = 0; first < c->outputs; first += VM_BLOCK) {
    const int8_t *weights = (const int8_t *)c->packed + first * depth;
    const __m512i bias0 = _mm512_loadu_si512(c->bias + first), bias1 = _mm512_loadu_si512(c->bias + first + 16);
    const vm_finish finish0 = finish_for(c, residual, output, first), finish1 = finish_for(c, residual, output, first + 16);
    vm_walk walk = vm_walk_start(c, input, residual, output);
    for (int64_t pixel = 0; pixel < pixels; pixel += PIXELS) {
      int32_t count = pixels - pixel < PIXELS ? (int32_t)(pixels - pixel) : PIXELS;
      vm_site sites[PIXELS];
      for (int p = 0; p < PIXELS; p++) sites[p] = p < count ? vm_walk_next(&walk) : sites[p - 1];
      __m512i acc[PIXELS][2];
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) acc[p][0] = bias0, acc[p][1] = bias1;
      sums(c, sites, row, weights, acc);
#pragma clang loop unroll(full)
      for (int p = 0; p < PIXELS; p++) {
        if (p >= count) continue;
        finish(&finish0, &sites[p], first, acc[p][0]);
        if (finish1.lanes) finish(&finish1, &sites[p], first + 16, acc[p][1]);
      }
    }
  }
}
#endif
