#if defined(__x86_64__)
#include "convolution_rescale_avx2.h"

enum { NONE = -1 };  // the type of a residual that is not there

/// The odd values in the even places. A shift would do as well, but clang takes its zeros for a reason to multiply in 64 bits.
VM_AVX2_INLINE __m256i odd_values(__m256i v) { return _mm256_shuffle_epi32(v, 0xF5); }

VM_AVX2 vm_rescale vm_rescale_for(const vm_convolution *c, const vm_tensor *residual, const vm_tensor *output, int32_t first) {
  vm_rescale r = {
      .factor = _mm256_set1_epi32(c->residual_factor),
      .fraction = _mm_cvtsi32_si128(c->fraction),
      .residual_type = residual ? residual->type : NONE,
      .type = output->type,
      .residual_offset = residual ? (ptrdiff_t)first * vm_value_size(residual->type) : 0,
      .offset = (ptrdiff_t)first * vm_value_size(output->type),
      .count = c->outputs - first < VM_CHANNELS ? c->outputs - first : VM_CHANNELS,
      .plain = !residual && c->fraction == 0,
  };
  for (int half = 0; half < 2; half++) {
    r.even[half] = _mm256_loadu_si256((const __m256i *)(c->multiplier + first + 8 * half));
    r.odd[half] = odd_values(r.even[half]);
  }
  return r;
}

/// Eight channels.
VM_AVX2_INLINE __m256i rescaled(const vm_rescale *r, int half, __m256i sum, const uint8_t *residual, int32_t residual_type) {
  const __m256i even = _mm256_mul_epi32(sum, r->even[half]), odd = _mm256_mul_epi32(odd_values(sum), r->odd[half]);
  __m256i v = _mm256_blend_epi32(odd_values(even), odd, 0xAA);
  if (residual_type != NONE) {
    const __m256i values = residual_type == VM_UINT8 ? _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(residual + 8 * half)))
                                                     : _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(residual + 16 * half)));
    v = _mm256_add_epi32(v, _mm256_mullo_epi32(values, r->factor));
  }
  return _mm256_sra_epi32(v, r->fraction);
}

/// Sixteen channels of one pixel, clamped to the output's type.
VM_AVX2_INLINE void rescale(const vm_rescale *r, const __m256i *sums, const uint8_t *residual, uint8_t *to, int32_t residual_type,
                            int32_t type) {
  const __m256i low = rescaled(r, 0, sums[0], residual, residual_type), high = rescaled(r, 1, sums[1], residual, residual_type);
  if (type == VM_INT32) {
    _mm256_storeu_si256((__m256i *)to, low);
    _mm256_storeu_si256((__m256i *)to + 1, high);
    return;
  }
  // Packing works on halves of 128 bits: groups of four channels lie as 0 2 1 3.
  const __m256i words = _mm256_packs_epi32(low, high);
  if (type == VM_INT16) {
    _mm256_storeu_si256((__m256i *)to, _mm256_permute4x64_epi64(words, 0xD8));
  } else {
    const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128((__m128i *)to, _mm_shuffle_epi32(bytes, 0xD8));
  }
}

VM_AVX2 static void rescale_any(const vm_rescale *r, const __m256i (*sums)[2], const vm_site *sites, int32_t count) {
  for (int32_t i = 0; i < count; i++)
    rescale(r, sums[i], sites[i].residual + r->residual_offset, sites[i].output + r->offset, r->residual_type, r->type);
}

/// Fewer than sixteen channels, by way of copies.
VM_AVX2 static void rescale_part(const vm_rescale *r, const __m256i (*sums)[2], const vm_site *sites, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    uint8_t before[4 * VM_CHANNELS] = {0}, after[4 * VM_CHANNELS];
    if (r->residual_type != NONE) memcpy(before, sites[i].residual + r->residual_offset, (size_t)r->count * vm_value_size(r->residual_type));
    rescale(r, sums[i], before, after, r->residual_type, r->type);
    memcpy(sites[i].output + r->offset, after, (size_t)r->count * vm_value_size(r->type));
  }
}

/// Eight channels with nothing to do after the multiplication, in the order 0 2 1 3 of every four.
VM_AVX2_INLINE __m256i multiplied(const vm_rescale *r, int half, __m256i sum) {
  const __m256i even = _mm256_mul_epi32(sum, r->even[half]), odd = _mm256_mul_epi32(odd_values(sum), r->odd[half]);
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(even), _mm256_castsi256_ps(odd), 0xDD));
}

/// Bytes of sixteen channels each of two pixels, whose words lie as packing in halves of 128 bits leaves them.
VM_AVX2_INLINE __m256i bytes_of_two(__m256i first, __m256i second) {
  return _mm256_permutevar8x32_epi32(_mm256_packus_epi16(first, second), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

VM_AVX2_INLINE void store_two(const vm_site *sites, ptrdiff_t offset, __m256i bytes) {
  _mm_storeu_si128((__m128i *)(sites[0].output + offset), _mm256_castsi256_si128(bytes));
  _mm_storeu_si128((__m128i *)(sites[1].output + offset), _mm256_extracti128_si256(bytes, 1));
}

/// Bytes of all sixteen channels, two pixels at a time, by loops without a decision: what networks do almost everywhere.
VM_AVX2_INLINE void rescale_bytes(const vm_rescale *r, const __m256i (*sums)[2], const vm_site *sites, int32_t count, int32_t residual_type) {
  const vm_rescale copy = *r;  // which the stores below cannot change
  int32_t i = 0;
  for (; i + 2 <= count; i += 2) {
    __m256i words[2];
    for (int j = 0; j < 2; j++) {
      const uint8_t *residual = residual_type == NONE ? 0 : sites[i + j].residual + copy.residual_offset;
      words[j] = _mm256_packs_epi32(rescaled(&copy, 0, sums[i + j][0], residual, residual_type),
                                    rescaled(&copy, 1, sums[i + j][1], residual, residual_type));
    }
    store_two(sites + i, copy.offset, bytes_of_two(words[0], words[1]));
  }
  if (i < count) rescale_any(r, sums + i, sites + i, 1);
}

VM_AVX2 static void rescale_plain(const vm_rescale *r, const __m256i (*sums)[2], const vm_site *sites, int32_t count) {
  const vm_rescale copy = *r;
  const __m256i order = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15));
  int32_t i = 0;
  for (; i + 2 <= count; i += 2) {
    __m256i words[2];
    for (int j = 0; j < 2; j++) words[j] = _mm256_packs_epi32(multiplied(&copy, 0, sums[i + j][0]), multiplied(&copy, 1, sums[i + j][1]));
    store_two(sites + i, copy.offset, _mm256_shuffle_epi8(bytes_of_two(words[0], words[1]), order));
  }
  if (i < count) rescale_any(r, sums + i, sites + i, 1);
}

VM_AVX2 void vm_rescale_sums(const vm_rescale *r, const __m256i (*sums)[2], const vm_site *sites, int32_t count) {
  if (r->count < VM_CHANNELS) return rescale_part(r, sums, sites, count);
  if (r->type != VM_UINT8) return rescale_any(r, sums, sites, count);
  if (r->plain) return rescale_plain(r, sums, sites, count);
  if (r->residual_type == NONE) return rescale_bytes(r, sums, sites, count, NONE);
  if (r->residual_type == VM_UINT8) return rescale_bytes(r, sums, sites, count, VM_UINT8);
  rescale_bytes(r, sums, sites, count, VM_INT16);
}
#endif
