#include "resize.h"

#include <string.h>

#include "cpu_level.h"

// Lengths are counted in 1 / new_side of an old pixel: old pixel j covers [j n, (j + 1) n), new pixel i covers
// [i old, (i + 1) old), overlaps are whole numbers and those of a new pixel add up to `old`. Columns of rows are added up first (32-bit: at
// most 255 · 16,000,000), then along the row (64-bit), then divided by the area.

/// Part i of `parts` equal parts of [0, old): old pixels `first` to `last` with their lengths; all between count `parts`.
typedef struct {
  int32_t first, last;
  uint32_t first_part, last_part;
} span;

static span span_of(int32_t i, int32_t old, int32_t parts) {
  int64_t from = (int64_t)i * old, to = from + old;
  span s = {.first = (int32_t)(from / parts), .last = (int32_t)((to - 1) / parts)};
  int64_t end = ((int64_t)s.first + 1) * parts;
  s.first_part = (uint32_t)((end < to ? end : to) - from);
  s.last_part = s.last == s.first ? 0 : (uint32_t)(to - (int64_t)s.last * parts);
  return s;
}

/// The working memory: column sums, sums of whole rows (16-bit), the span of every new column, and its totals.
typedef struct {
  uint32_t *sums;
  uint16_t *whole;
  span *columns;
  uint32_t *totals;
} room;

static size_t values_of(int32_t width) { return ((size_t)width * 3 + 31) / 32 * 32; }

size_t vm_resize_area_scratch(int32_t width, int32_t new_width) {
  return values_of(width) * (sizeof(uint32_t) + sizeof(uint16_t)) + (size_t)new_width * (sizeof(span) + 3 * sizeof(uint32_t));
}

static inline __attribute__((always_inline)) void add_whole(const uint16_t *restrict whole, int32_t values, uint32_t part, uint32_t *restrict sums) {
  for (int32_t i = 0; i < values; i++) sums[i] += part * whole[i];
}

/// Sums of the rows that lie under one new row, every old row times its length.
static inline __attribute__((always_inline)) void add_columns(const uint8_t *pixels, ptrdiff_t stride, int32_t values, span s, uint32_t part, room r) {
  const uint8_t *restrict first = pixels + s.first * stride, *restrict last = pixels + s.last * stride;
  uint32_t *restrict sums = r.sums;
  uint16_t *restrict whole = r.whole;
  for (int32_t i = 0; i < values; i++) sums[i] = s.first_part * first[i] + s.last_part * last[i];
  for (int32_t from = s.first + 1; from < s.last; from += 256) {  // 16 bits hold 257 rows
    int32_t to = s.last - from < 256 ? s.last : from + 256;
    memset(whole, 0, (size_t)values * sizeof *whole);
    for (int32_t y = from; y < to; y++) {
      const uint8_t *restrict row = pixels + y * stride;
      for (int32_t i = 0; i < values; i++) whole[i] = (uint16_t)(whole[i] + row[i]);
    }
    add_whole(whole, values, part, sums);
  }
}

// The quotient in doubles is off by one at most (n < 2^53), and then put right: n / area to the nearest, exact.

static inline uint8_t divided(uint64_t n, uint64_t area, double inverse) {
  n += area / 2;
  int64_t q = (int64_t)((double)n * inverse);
  int64_t left = (int64_t)n - q * (int64_t)area;
  return (uint8_t)(q + (left >= (int64_t)area) - (left < 0));
}

static inline __attribute__((always_inline)) void add_along(room r, int32_t new_width, uint64_t area, uint8_t *to) {
  const double inverse = 1.0 / (double)area;
  for (int32_t i = 0; i < new_width; i++, to += 3) {
    const span s = r.columns[i];
    const uint32_t *first = r.sums + (ptrdiff_t)s.first * 3, *last = r.sums + (ptrdiff_t)s.last * 3;
    uint64_t middle[3] = {0, 0, 0};
    for (const uint32_t *at = first + 3; at < last; at += 3) middle[0] += at[0], middle[1] += at[1], middle[2] += at[2];
    for (int c = 0; c < 3; c++) {
      uint64_t n = (uint64_t)s.first_part * first[c] + (uint64_t)s.last_part * last[c] + middle[c] * (uint64_t)new_width;
      to[c] = divided(n, area, inverse);
    }
  }
}

/// The same where everything fits 31 bits, 256 · area included; the divisions then go through vector registers.
static inline __attribute__((always_inline)) void add_along_narrow(room r, int32_t new_width, int32_t area, uint8_t *restrict to) {
  const double inverse = 1.0 / (double)area;
  uint32_t *restrict totals = r.totals;
  for (int32_t i = 0; i < new_width; i++) {
    const span s = r.columns[i];
    const uint32_t *first = r.sums + (ptrdiff_t)s.first * 3, *last = r.sums + (ptrdiff_t)s.last * 3;
    uint32_t middle[3] = {0, 0, 0};
    for (const uint32_t *at = first + 3; at < last; at += 3) middle[0] += at[0], middle[1] += at[1], middle[2] += at[2];
    for (int c = 0; c < 3; c++)
      totals[3 * i + c] = s.first_part * first[c] + s.last_part * last[c] + middle[c] * (uint32_t)new_width;
  }
  for (int32_t i = 0; i < 3 * new_width; i++) {
    int32_t n = (int32_t)totals[i] + area / 2;
    int32_t q = (int32_t)((double)n * inverse);
    int32_t left = n - q * area;
    to[i] = (uint8_t)(q + (left >= area) - (left < 0));
  }
}

static inline __attribute__((always_inline)) void resize(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                                                         ptrdiff_t new_stride, int32_t new_width, int32_t new_height, void *scratch) {
  room r = {.sums = scratch};
  r.whole = (uint16_t *)(r.sums + values_of(width));
  r.columns = (span *)(r.whole + values_of(width));
  r.totals = (uint32_t *)(r.columns + new_width);
  const uint64_t area = (uint64_t)width * (uint64_t)height;
  for (int32_t i = 0; i < new_width; i++) r.columns[i] = span_of(i, width, new_width);
  for (int32_t i = 0; i < new_height; i++) {
    add_columns(pixels, stride, width * 3, span_of(i, height, new_height), (uint32_t)new_height, r);
    if (area < 1 << 23)
      add_along_narrow(r, new_width, (int32_t)area, result + i * new_stride);
    else
      add_along(r, new_width, area, result + i * new_stride);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void resize_avx2(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                                                        ptrdiff_t new_stride, int32_t new_width, int32_t new_height, void *scratch) {
  resize(pixels, stride, width, height, result, new_stride, new_width, new_height, scratch);
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
