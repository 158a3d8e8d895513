#include "panels.h"

#include <math.h>
#include <string.h>

#include "cpu_level.h"
#include "less_step.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LESS_STEP LESS_STEP_GENERIC

#define NAME(function) function##_baseline
#define TILE 4
#define WIDE 1
#include "panels_body.h"
#undef NAME
#undef TILE
#undef WIDE

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(LEVEL_AVX2, apply_to = function)
#define NAME(function) function##_avx2
#define TILE 6
#define WIDE 1
#include "panels_body.h"
#undef NAME
#undef TILE
#undef WIDE
#pragma clang attribute pop

#undef LESS_STEP
#define LESS_STEP LESS_STEP_AVX512

#pragma clang attribute push(LEVEL_AVX512, apply_to = function)
#define NAME(function) function##_avx512
#define TILE 8
#define WIDE 2
#include "panels_body.h"
#undef NAME
#undef TILE
#undef WIDE
#pragma clang attribute pop

#define DISPATCH(function, ...)                                             \
  do {                                                                      \
    int level = vm_cpu_level();                                             \
    if (level >= VM_CPU_AVX512) return function##_avx512(__VA_ARGS__);      \
    if (level == VM_CPU_AVX2) return function##_avx2(__VA_ARGS__);          \
    return function##_baseline(__VA_ARGS__);                                \
  } while (0)
#else
#define DISPATCH(function, ...) return function##_baseline(__VA_ARGS__)
#endif

void vm_scores(const float *x, size_t n, size_t xstride, const float *panels, const float *bias, size_t rows, size_t d,
               float *out, size_t ostride) {
  DISPATCH(scores, x, n, xstride, panels, bias, rows, d, out, ostride);
}

void vm_squared(const float *x, size_t n, size_t xstride, const float *panels, size_t rows, size_t d, float *out,
                size_t ostride) {
  DISPATCH(squared, x, n, xstride, panels, rows, d, out, ostride);
}

void vm_nearest(const float *x, size_t n, size_t xstride, const float *panels, const float *bias, size_t rows,
                size_t d, uint32_t *index, float *score) {
  DISPATCH(nearest, x, n, xstride, panels, bias, rows, d, index, score);
}

void vm_pack_panels(const float *rows, size_t count, size_t d, size_t stride, size_t first, float *panels) {
  for (size_t i = 0; i < count; i++) {
    size_t row = first + i;
    float *to = panels + row / 16 * d * 16 + row % 16;
    const float *from = rows + i * stride;
    for (size_t t = 0; t < d; t++) to[t * 16] = from[t];
  }
}

void vm_unpack_panels(const float *panels, size_t first, size_t count, size_t d, float *rows) {
  for (size_t i = 0; i < count; i++) {
    size_t row = first + i;
    const float *from = panels + row / 16 * d * 16 + row % 16;
    for (size_t t = 0; t < d; t++) rows[i * d + t] = from[t * 16];
  }
}

void vm_half_norms(const float *rows, size_t count, size_t d, size_t stride, float *half) {
  for (size_t i = 0; i < count; i++) {
    float sum = 0;
    for (size_t t = 0; t < d; t++) sum = fmaf(rows[i * stride + t], rows[i * stride + t], sum);
    half[i] = sum * 0.5f;
  }
  for (size_t i = count; i % 16; i++) half[i] = INFINITY;
}

void vm_tables(const float *x, size_t n, size_t M, size_t dsub, size_t K, const float *panels, int product, float *out,
               size_t stride) {
  for (size_t m = 0; m < M; m++) {
    const float *part = panels + m * K * dsub;
    if (product) vm_scores(x + m * dsub, n, M * dsub, part, NULL, K, dsub, out + m * K, stride);
    else vm_squared(x + m * dsub, n, M * dsub, part, K, dsub, out + m * K, stride);
  }
}

int vm_all_finite(const float *values, size_t count) { DISPATCH(all_finite, values, count); }
