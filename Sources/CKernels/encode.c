#include "encode.h"

#include <stdlib.h>
#include <string.h>

#include "cpu_level.h"
#include "less_step.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LESS_STEP LESS_STEP_GENERIC
#define NAME(function) function##_baseline
#include "encode_body.h"
#undef NAME

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(LEVEL_AVX2, apply_to = function)
#define NAME(function) function##_avx2
#include "encode_body.h"
#undef NAME
#pragma clang attribute pop

#undef LESS_STEP
#define LESS_STEP LESS_STEP_AVX512
#pragma clang attribute push(LEVEL_AVX512, apply_to = function)
#define NAME(function) function##_avx512
#include "encode_body.h"
#undef NAME
#pragma clang attribute pop
#endif

static void encode(const vm_quantizer *q, const float *rows, float *values, uint8_t *numbers) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512) return encode_avx512(q, rows, values, numbers);
  if (vm_cpu_level() >= VM_CPU_AVX2) return encode_avx2(q, rows, values, numbers);
#endif
  encode_baseline(q, rows, values, numbers);
}

/// The numbers of 32 points, part after part, as codes.
static void pack(const vm_quantizer *q, const uint8_t *numbers, size_t count, size_t size, uint8_t *codes) {
  if (q->bits == 8) {
    for (size_t m = 0; m < size; m++)
      for (size_t i = 0; i < count; i++) codes[i * size + m] = numbers[m * 32 + i];
    return;
  }
  for (size_t pair = 0; pair < size; pair++) {
    const uint8_t *even = numbers + pair * 64;
    uint8_t both[32];
    for (size_t i = 0; i < 32; i++) both[i] = pair * 2 + 1 < q->parts ? (uint8_t)(even[i] | even[32 + i] << 4) : even[i];
    for (size_t i = 0; i < count; i++) codes[i * size + pair] = both[i];
  }
}

void vm_encode(const vm_quantizer *quantizer, const float *x, size_t n, uint8_t *codes) {
  const size_t d = (size_t)quantizer->parts * quantizer->dsub, size = vm_code_size(quantizer);
  float *values = malloc(d * 32 * sizeof(float)), *tail = NULL;
  uint8_t *numbers = malloc((quantizer->parts + 1) * 32);
  for (size_t first = 0; first < n; first += 32) {
    size_t count = n - first < 32 ? n - first : 32;
    const float *rows = x + first * d;
    if (count < 32) {
      tail = calloc(d * 32, sizeof(float));
      memcpy(tail, rows, count * d * sizeof(float));
      rows = tail;
    }
    encode(quantizer, rows, values, numbers);
    pack(quantizer, numbers, count, size, codes + first * size);
  }
  free(values), free(tail), free(numbers);
}

static inline size_t number_of(const vm_quantizer *q, const uint8_t *code, size_t part) {
  return q->bits == 8 ? code[part] : code[part / 2] >> (part % 2 * 4) & 15;
}

void vm_decode(const vm_quantizer *quantizer, const float *centroids, const uint8_t *codes, size_t n, float *x) {
  const size_t d = quantizer->dsub, size = vm_code_size(quantizer);
  for (size_t i = 0; i < n; i++)
    for (size_t m = 0; m < quantizer->parts; m++) {
      size_t number = (m << quantizer->bits) + number_of(quantizer, codes + i * size, m);
      memcpy(x + (i * quantizer->parts + m) * d, centroids + number * d, d * sizeof(float));
    }
}

void vm_refit_part(const vm_quantizer *quantizer, size_t part, const float *x, const uint8_t *codes, size_t n,
                   float *centroids) {
  const size_t d = quantizer->dsub, size = vm_code_size(quantizer), K = (size_t)1 << quantizer->bits;
  double *sums = calloc(K * d, sizeof(double));
  size_t *counts = calloc(K, sizeof(size_t));
  for (size_t i = 0; i < n; i++) {
    size_t number = number_of(quantizer, codes + i * size, part);
    const float *row = x + (i * quantizer->parts + part) * d;
    counts[number]++;
    for (size_t t = 0; t < d; t++) sums[number * d + t] += row[t];
  }
  for (size_t c = 0; c < K; c++)
    for (size_t t = 0; counts[c] && t < d; t++)
      centroids[(part * K + c) * d + t] = (float)(sums[c * d + t] / (double)counts[c]);
  free(sums), free(counts);
}

double vm_squared_error(const float *a, const float *b, size_t count) {
  double sums[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int l = 0; l < 8; l++) {
      double gap = (double)a[i + (size_t)l] - b[i + (size_t)l];
      sums[l] += gap * gap;
    }
  for (; i < count; i++) sums[0] += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
  for (int l = 1; l < 8; l++) sums[0] += sums[l];
  return sums[0];
}
