// The 8-bit lookup of AVX2: 16 shuffles of 16 bytes each, and a tree of blends by the upper four bits of the code.
#if defined(__x86_64__)
#include <immintrin.h>

#include "codes_levels.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(LEVEL_AVX2, apply_to = function)

/// bytes[i] = values[i] * scale + shift, rounded down and held in 0 ... 255.
ALWAYS void pack_avx2(const float *values, float scale, float shift, uint8_t *bytes) {
  const __m256i order = _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0);
  UNROLL for (int i = 0; i < 64; i += 32) {
    __m256i four[4];
    UNROLL for (int part = 0; part < 4; part++)
      four[part] = _mm256_cvttps_epi32(_mm256_fmadd_ps(_mm256_loadu_ps(values + i + part * 8), _mm256_set1_ps(scale),
                                                       _mm256_set1_ps(shift)));
    // The packs work within 128 bits: the permutation puts the fours of bytes into order.
    __m256i packed = _mm256_packus_epi16(_mm256_packus_epi32(four[0], four[1]), _mm256_packus_epi32(four[2], four[3]));
    _mm256_storeu_si256((__m256i *)(bytes + i), _mm256_permutevar8x32_epi32(packed, order));
  }
}

#define NAME(function) function##_avx2
#include "codes_body.h"
#undef NAME

ALWAYS __m256i pick(const uint8_t *table, int part, __m256i low) {
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + part * 16))), low);
}

/// The bytes that 32 codes stand for.
ALWAYS __m256i lookup(const uint8_t *table, __m256i code) {
  __m256i low = _mm256_and_si256(code, _mm256_set1_epi8(15));
  __m256i bit4 = _mm256_slli_epi16(code, 3), bit5 = _mm256_slli_epi16(code, 2), bit6 = _mm256_slli_epi16(code, 1);
  __m256i fourth[4];
  UNROLL for (int i = 0; i < 4; i++) {
    __m256i a = _mm256_blendv_epi8(pick(table, i * 4, low), pick(table, i * 4 + 1, low), bit4);
    __m256i b = _mm256_blendv_epi8(pick(table, i * 4 + 2, low), pick(table, i * 4 + 3, low), bit4);
    fourth[i] = _mm256_blendv_epi8(a, b, bit5);
  }
  __m256i a = _mm256_blendv_epi8(fourth[0], fourth[1], bit6), b = _mm256_blendv_epi8(fourth[2], fourth[3], bit6);
  return _mm256_blendv_epi8(a, b, code);
}

/// quantize_avx2, and the least byte of every 16.
static void quantize_with_leasts(const float *tables, const float *least, size_t size, int bits, float scale,
                                 uint8_t *bytes) {
  quantize_avx2(tables, least, size, bits, scale, bytes);
  uint8_t *to = bytes + size * 256;
  for (size_t i = 0; i < size * 16; i++) {
    __m128i some = _mm_loadu_si128((const __m128i *)(bytes + i * 16));
    // A word's upper byte goes below itself; the zero above it makes the word the smaller byte.
    to[i] = (uint8_t)_mm_cvtsi128_si32(_mm_minpos_epu16(_mm_min_epu8(some, _mm_srli_epi16(some, 8))));
  }
}

/// The codes of a block whose sum of least bytes is at most the limit. Centroids whose numbers share the upper four bits are
/// near one another (vm_group_256), so that the least of 16 is not much less than each.
ALWAYS uint64_t coarse_bound(const uint8_t *block, size_t size, const uint8_t *leasts, __m256i limit) {
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t m = 0; m < size; m++) {
    __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(leasts + m * 16)));
    UNROLL for (int half = 0; half < 2; half++) {
      __m256i code = _mm256_loadu_si256((const __m256i *)(block + m * 64 + half * 32));
      __m256i group = _mm256_and_si256(_mm256_srli_epi16(code, 4), _mm256_set1_epi8(15));
      sums[half] = _mm256_adds_epu8(sums[half], _mm256_shuffle_epi8(table, group));
    }
  }
  uint64_t mask = 0;
  UNROLL for (int half = 0; half < 2; half++)
    mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(sums[half], limit), sums[half]))
            << (half * 32);
  return mask;
}

static void bound(const uint8_t *blocks, size_t size, size_t count, const scan_pair *pair,
                  uint64_t masks[2][SCAN_BLOCKS], const uint8_t *ahead) {
  (void)ahead;
  for (int q = 0; q < pair->queries; q++) {
    __m256i limit = _mm256_set1_epi8((char)pair->limits[q]);
    for (size_t b = 0; b < count; b++) {
      uint64_t coarse = coarse_bound(blocks + b * size * 64, size, pair->tables[q] + size * 256, limit);
      masks[q][b] = coarse;
      if (__builtin_popcountll(coarse) <= 6) continue;  // cheaper to compute than to bound once more
      __m256i left = _mm256_setzero_si256(), right = left;
      for (size_t m = 0; m < size; m++) {
        const uint8_t *codes = blocks + (b * size + m) * 64, *table = pair->tables[q] + m * 256;
        left = _mm256_adds_epu8(left, lookup(table, _mm256_loadu_si256((const __m256i *)codes)));
        right = _mm256_adds_epu8(right, lookup(table, _mm256_loadu_si256((const __m256i *)(codes + 32))));
      }
      uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(left, limit), left));
      uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(right, limit), right));
      masks[q][b] = coarse & ((uint64_t)high << 32 | low);
    }
  }
}

#pragma clang attribute pop

const scan_level vm_scan_avx2 = {bound, quantize_with_leasts, range_avx2, least_avx2, NULL};
#endif
