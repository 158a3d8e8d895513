// The 8-bit lookup of AVX-512 VBMI: vpermi2b picks from 128 bytes in registers, two of them and a blend from 256.
#if defined(__x86_64__)
#include <immintrin.h>

#include "codes_levels.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(LEVEL_VBMI, apply_to = function)

/// bytes[i] = values[i] * scale + shift, rounded down and held in 0 ... 255.
ALWAYS void pack_vbmi(const float *values, float scale, float shift, uint8_t *bytes) {
  __m512i four[4];
  UNROLL for (int i = 0; i < 4; i++)
    four[i] = _mm512_cvttps_epi32(
        _mm512_fmadd_ps(_mm512_loadu_ps(values + i * 16), _mm512_set1_ps(scale), _mm512_set1_ps(shift)));
  // The packs work within 128 bits: the permutation puts the fours of bytes into order.
  __m512i packed = _mm512_packus_epi16(_mm512_packus_epi32(four[0], four[1]), _mm512_packus_epi32(four[2], four[3]));
  const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
  _mm512_storeu_si512(bytes, _mm512_permutexvar_epi32(order, packed));
}

#define NAME(function) function##_vbmi
#include "codes_body.h"
#undef NAME

/// B blocks for Q queries; both are constants once inlined. The mask of high codes serves both queries.
ALWAYS void bound_tile(const uint8_t *blocks, size_t size, const scan_pair *pair, uint64_t masks[2][SCAN_BLOCKS],
                       size_t at, const uint8_t *ahead, const int B, const int Q) {
  __m512i sum[16];
  UNROLL for (int i = 0; i < B * Q; i++) sum[i] = _mm512_setzero_si512();
  for (size_t m = 0; m < size; m++) {
    __m512i t[8];
    UNROLL for (int q = 0; q < Q; q++) {
      const uint8_t *table = pair->tables[q] + m * 256;
      UNROLL for (int part = 0; part < 4; part++) t[q * 4 + part] = _mm512_loadu_si512(table + part * 64);
    }
    UNROLL for (int b = 0; b < B; b++) {
      if (ahead) _mm_prefetch((const char *)(ahead + ((size_t)b * size + m) * 64), _MM_HINT_T0);
      __m512i code = _mm512_loadu_si512(blocks + ((size_t)b * size + m) * 64);
      __mmask64 high = _mm512_movepi8_mask(code);
      UNROLL for (int q = 0; q < Q; q++) {
        __m512i low = _mm512_permutex2var_epi8(t[q * 4], code, t[q * 4 + 1]);
        __m512i top = _mm512_permutex2var_epi8(t[q * 4 + 2], code, t[q * 4 + 3]);
        sum[b * Q + q] = _mm512_adds_epu8(sum[b * Q + q], _mm512_mask_mov_epi8(low, high, top));
      }
    }
  }
  UNROLL for (int q = 0; q < Q; q++) {
    __m512i limit = _mm512_set1_epi8((char)pair->limits[q]);
    UNROLL for (int b = 0; b < B; b++) masks[q][at + b] = _mm512_cmple_epu8_mask(sum[b * Q + q], limit);
  }
}

static void bound(const uint8_t *blocks, size_t size, size_t count, const scan_pair *pair,
                  uint64_t masks[2][SCAN_BLOCKS], const uint8_t *ahead) {
  size_t b = 0;
  if (pair->queries == 2) {
    for (; b + 4 <= count; b += 4) bound_tile(blocks + b * size * 64, size, pair, masks, b, NULL, 4, 2);
    for (; b < count; b++) bound_tile(blocks + b * size * 64, size, pair, masks, b, NULL, 1, 2);
  } else if (count == 8) {
    if (ahead) bound_tile(blocks, size, pair, masks, 0, ahead, 8, 1);
    else bound_tile(blocks, size, pair, masks, 0, NULL, 8, 1);
  } else {
    switch (count) {  // the ends of lists
      case 1: return bound_tile(blocks, size, pair, masks, 0, NULL, 1, 1);
      case 2: return bound_tile(blocks, size, pair, masks, 0, NULL, 2, 1);
      case 3: return bound_tile(blocks, size, pair, masks, 0, NULL, 3, 1);
      case 4: return bound_tile(blocks, size, pair, masks, 0, NULL, 4, 1);
      case 5: return bound_tile(blocks, size, pair, masks, 0, NULL, 5, 1);
      case 6: return bound_tile(blocks, size, pair, masks, 0, NULL, 6, 1);
      case 7: return bound_tile(blocks, size, pair, masks, 0, NULL, 7, 1);
    }
  }
}

/// A table of 16 floats is a register, and vpermps looks up 16 codes in it.
static uint32_t near16(const uint8_t *codes, size_t size, const float *tables, float base, float worst, float *distances) {
  __m512 sums[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  for (size_t m = 0; m < size; m++) {
    __m512i code = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(codes + m * 64)));
    __m512 even = _mm512_permutexvar_ps(code, _mm512_loadu_ps(tables + m * 32));
    __m512 odd = _mm512_permutexvar_ps(_mm512_srli_epi32(code, 4), _mm512_loadu_ps(tables + m * 32 + 16));
    sums[m % 2] = _mm512_add_ps(sums[m % 2], _mm512_add_ps(even, odd));
  }
  __m512 sum = _mm512_add_ps(_mm512_set1_ps(base), _mm512_add_ps(sums[0], sums[1]));
  _mm512_storeu_ps(distances, sum);
  return _mm512_cmp_ps_mask(sum, _mm512_set1_ps(worst), _CMP_LE_OQ);
}

#pragma clang attribute pop

const scan_level vm_scan_vbmi = {bound, quantize_vbmi, range_vbmi, least_vbmi, near16};
#endif
