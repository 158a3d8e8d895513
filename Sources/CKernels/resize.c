#include "resize.h"

#include <string.h>

#include "cpu_level.h"

// Lengths are counted in 1 / new_side of an old pixel: old pixel j covers [j n, (j + 1) n), new pixel i covers
// [i old, (i + 1) old), overlaps are whole numbers and those of a new pixel add up to `old`. Columns of rows are added up first (32-bit: at
// most 255 · 65,535), then along the row (64-bit), then divided by the area.

size_t vm_resize_area_scratch(int32_t width) { return ((size_t)width * 3 + 64) * sizeof(uint32_t); }

static inline __attribute__((always_inline)) void add_row(uint32_t *restrict sums, const uint8_t *restrict row, int32_t values, uint32_t part) {
  for (int32_t i = 0; i < values; i++) sums[i] += part * row[i];
}

/// Number i of `parts` equal parts of [0, old): old pixels `first` to `last`, with their lengths; all between count `parts`.
typedef struct {
  int32_t first, last;
  uint32_t first_part, last_part;
} span;

static inline span span_of(int32_t i, int32_t old, int32_t parts) {
  int64_t from = (int64_t)i * old, to = from + old;
  span s = {.first = (int32_t)(from / parts), .last = (int32_t)((to - 1) / parts)};
  int64_t end = ((int64_t)s.first + 1) * parts;
  s.first_part = (uint32_t)((end < to ? end : to) - from);
  s.last_part = s.last == s.first ? 0 : (uint32_t)(to - (int64_t)s.last * parts);
  return s;
}

static inline __attribute__((always_inline)) void add_columns(const uint8_t *pixels, ptrdiff_t stride, int32_t values, span s, uint32_t whole,
                                                              uint32_t *sums) {
  memset(sums, 0, (size_t)values * sizeof *sums);
  add_row(sums, pixels + s.first * stride, values, s.first_part);
  for (int32_t y = s.first + 1; y < s.last; y++) add_row(sums, pixels + y * stride, values, whole);
  if (s.last > s.first) add_row(sums, pixels + s.last * stride, values, s.last_part);
}

/// n / area to the nearest, exact: the quotient in doubles is off by one at most (n < 2^53).
static inline uint8_t divided(uint64_t n, uint64_t area, double inverse) {
  n += area / 2;
  int64_t q = (int64_t)((double)n * inverse);
  int64_t left = (int64_t)n - q * (int64_t)area;
  return (uint8_t)(q + (left >= (int64_t)area) - (left < 0));
}

static inline __attribute__((always_inline)) void add_along(const uint32_t *sums, int32_t width, int32_t new_width, uint64_t area, uint8_t *to) {
  const double inverse = 1.0 / (double)area;
  for (int32_t i = 0; i < new_width; i++, to += 3) {
    span s = span_of(i, width, new_width);
    const uint32_t *at = sums + (ptrdiff_t)s.first * 3;
    uint64_t r = (uint64_t)s.first_part * at[0], g = (uint64_t)s.first_part * at[1], b = (uint64_t)s.first_part * at[2];
    uint64_t middle_r = 0, middle_g = 0, middle_b = 0;
    at += 3;
    for (int32_t x = s.first + 1; x < s.last; x++, at += 3) middle_r += at[0], middle_g += at[1], middle_b += at[2];
    r += middle_r * (uint64_t)new_width, g += middle_g * (uint64_t)new_width, b += middle_b * (uint64_t)new_width;
    if (s.last > s.first)
      r += (uint64_t)s.last_part * at[0], g += (uint64_t)s.last_part * at[1], b += (uint64_t)s.last_part * at[2];
    to[0] = divided(r, area, inverse), to[1] = divided(g, area, inverse), to[2] = divided(b, area, inverse);
  }
}

static inline __attribute__((always_inline)) void resize(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                                                         ptrdiff_t new_stride, int32_t new_width, int32_t new_height, uint32_t *sums) {
  const uint64_t area = (uint64_t)width * (uint64_t)height;
  for (int32_t i = 0; i < new_height; i++) {
    add_columns(pixels, stride, width * 3, span_of(i, height, new_height), (uint32_t)new_height, sums);
    add_along(sums, width, new_width, area, result + i * new_stride);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void resize_avx2(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                                                        ptrdiff_t new_stride, int32_t new_width, int32_t new_height, uint32_t *sums) {
  resize(pixels, stride, width, height, result, new_stride, new_width, new_height, sums);
}
#endif

void vm_resize_area(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                    ptrdiff_t new_stride, int32_t new_width, int32_t new_height, void *scratch, int level) {
#if defined(__x86_64__)
  if (level >= VM_CPU_AVX2)
    return resize_avx2(pixels, stride, width, height, result, new_stride, new_width, new_height, scratch);
#else
  (void)level;
#endif
  resize(pixels, stride, width, height, result, new_stride, new_width, new_height, scratch);
}
