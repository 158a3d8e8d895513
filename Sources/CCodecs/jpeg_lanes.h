#ifndef VECMILL_JPEG_LANES_H
#define VECMILL_JPEG_LANES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));

static inline i16x8 low(i16x8 a, i16x8 b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static inline i16x8 high(i16x8 a, i16x8 b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

/// a × the first of each pair + b × the second.
static inline i32x4 products(i16x8 pairs, int16_t a, int16_t b) {
#if defined(__SSE2__)
  return (i32x4)_mm_madd_epi16((__m128i)pairs, (__m128i)(i16x8){a, b, a, b, a, b, a, b});
#else
  i32x4 both = (i32x4)pairs;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return (both >> 16) * a + (both << 16 >> 16) * b;
#else
  return (both << 16 >> 16) * a + (both >> 16) * b;
#endif
#endif
}

#if !defined(__SSE2__)
// Compilers make one instruction of each of these where there is one.
typedef int32_t i32x8 __attribute__((vector_size(32)));
typedef int16_t i16x16 __attribute__((vector_size(32)));
#define WITHIN(x, least, most) \
  (x) = ((x) & ((x) > (least))) | ((least) & ((x) <= (least))), \
  (x) = ((x) & ((x) < (most))) | ((most) & ((x) >= (most)))
#endif

/// Eight numbers in 16 bits each; those too large become the largest.
static inline i16x8 narrowed(i32x4 a, i32x4 b) {
#if defined(__SSE2__)
  return (i16x8)_mm_packs_epi32((__m128i)a, (__m128i)b);
#else
  i32x8 x = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
  WITHIN(x, INT16_MIN, INT16_MAX);
  return __builtin_convertvector(x, i16x8);
#endif
}

/// Samples of numbers around zero.
static inline u8x16 samples(i16x8 a, i16x8 b) {
#if defined(__SSE2__)
  return (u8x16)_mm_packus_epi16((__m128i)(a + 128), (__m128i)(b + 128));
#else
  i16x16 x = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  WITHIN(x, -128, 127);
  return __builtin_convertvector(x + 128, u8x16);
#endif
}

/// Exchanges rows and columns of `count` vectors step by step; three steps transpose eight of them.
static inline void interleave(i16x8 *v, int count, int steps) {
  for (int s = 0; s < steps; s++) {
    i16x8 from[8];
    for (int i = 0; i < count; i++) from[i] = v[i];
    for (int i = 0; i < count / 2; i++) {
      v[2 * i] = low(from[i], from[i + count / 2]);
      v[2 * i + 1] = high(from[i], from[i + count / 2]);
    }
  }
}

/// The bytes of the first half between those of the second.
static inline i16x8 bytes_interleaved(i16x8 v) {
  u8x16 b = (u8x16)v;
  return (i16x8)__builtin_shufflevector(b, b, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline i16x8 loaded(const void *from) {
  i16x8 v;
  memcpy(&v, from, sizeof v);
  return v;
}

#endif
