#include "refine.h"

#include <math.h>
#include <string.h>

#include "cpu_level.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

/// Floats in a file lie anywhere.
typedef float v16f_bytes __attribute__((ext_vector_type(16), aligned(1)));

// A macro: a function that takes such vectors would have another ABI on every level.
#define STEP(sums, left, right, product)                         \
  do {                                                           \
    v16f one = (left), other = (right), gap = one - other;       \
    if (product) sums = __builtin_elementwise_fma(-one, other, sums); \
    else sums = __builtin_elementwise_fma(gap, gap, sums);       \
  } while (0)

#define NAME(function) function##_baseline
#include "refine_body.h"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(LEVEL_AVX2, apply_to = function)
#define NAME(function) function##_avx2
#include "refine_body.h"
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(LEVEL_AVX512, apply_to = function)
#define NAME(function) function##_avx512
#include "refine_body.h"
#undef NAME
#pragma clang attribute pop

#define OF_LEVEL(function) \
  (vm_cpu_level() >= VM_CPU_AVX512 ? function##_avx512 : vm_cpu_level() >= VM_CPU_AVX2 ? function##_avx2 : function##_baseline)
#else
#define OF_LEVEL(function) function##_baseline
#endif

/// Rows lie anywhere: the one after the next is fetched meanwhile.
static inline void fetch(const uint8_t *rows, const int64_t *positions, size_t i, size_t count, size_t size) {
  if (i + 2 >= count) return;
  const uint8_t *row = rows + (size_t)positions[i + 2] * size;
  for (size_t at = 0; at < size && at < 2048; at += 64) __builtin_prefetch(row + at);
}

void vm_refine_floats(const float *x, const uint8_t *rows, const int64_t *positions, size_t count, size_t d, int product,
                      float *out) {
  float (*distance)(const float *, const uint8_t *, size_t, int) = OF_LEVEL(floats);
  for (size_t i = 0; i < count; i++) {
    fetch(rows, positions, i, count, d * 4);
    out[i] = distance(x, rows + (size_t)positions[i] * d * 4, d, product);
  }
}

void vm_refine_bytes(const float *x, const uint8_t *rows, const int64_t *positions, size_t count, size_t d,
                     const float *minima, const float *spans, int product, float *out) {
  float (*distance)(const float *, const uint8_t *, size_t, const float *, const float *, int) = OF_LEVEL(bytes);
  for (size_t i = 0; i < count; i++) {
    fetch(rows, positions, i, count, d);
    out[i] = distance(x, rows + (size_t)positions[i] * d, d, minima, spans, product);
  }
}
