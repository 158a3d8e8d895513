#include "sparse_f64.h"

#include <string.h>

#include "cpu_level.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))
#else
#define AVX2
#define AVX512
#endif
#define BODY static inline __attribute__((always_inline)) void

BODY add_scaled(size_t width, double a, const double *restrict x, double *restrict y) {
  for (size_t i = 0; i < width; i++) y[i] += a * x[i];
}

BODY scatter(size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width, const double *x,
             double *z) {
  for (size_t row = 0; row < rows; row++)
    for (ptrdiff_t e = offsets[row]; e < offsets[row + 1]; e++)
      add_scaled(width, values[e], x + row * width, z + (size_t)columns[e] * width);
}

BODY gather(size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width, const double *z,
            double *y) {
  memset(y, 0, rows * width * sizeof *y);
  for (size_t row = 0; row < rows; row++)
    for (ptrdiff_t e = offsets[row]; e < offsets[row + 1]; e++)
      add_scaled(width, values[e], z + (size_t)columns[e] * width, y + row * width);
}

BODY cross(size_t rows, size_t left_width, const double *left, size_t first, size_t last, size_t right_width,
           const double *right, double *out) {
  memset(out, 0, (last - first) * right_width * sizeof *out);
  for (size_t row = 0; row < rows; row++)
    for (size_t i = first; i < last; i++)
      add_scaled(right_width, left[row * left_width + i], right + row * right_width, out + (i - first) * right_width);
}

BODY times(size_t rows, size_t width, const double *x, size_t out_width, const double *m, double *y) {
  memset(y, 0, rows * out_width * sizeof *y);
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < width; i++) add_scaled(out_width, x[row * width + i], m + i * out_width, y + row * out_width);
}

BODY solve(size_t rows, size_t width, const double *r, double *x) {
  for (size_t row = 0; row < rows; row++) {
    double *y = x + row * width;
    for (size_t i = 0; i < width; i++) {
      double pivot = r[i * width + i];
      y[i] = pivot == 0 ? 0 : y[i] / pivot;
      add_scaled(width - i - 1, -y[i], r + i * width + i + 1, y + i + 1);
    }
  }
}

BODY project(size_t entries, const int32_t *slots, const double *values, size_t width, const float *v, double *restrict sum,
             float *restrict out) {
  memset(sum, 0, width * sizeof *sum);
  for (size_t e = 0; e < entries; e++) {
    const float *restrict row = v + (size_t)slots[e] * width;
    double value = values[e];
    for (size_t i = 0; i < width; i++) sum[i] += value * (double)row[i];
  }
  for (size_t i = 0; i < width; i++) out[i] = (float)sum[i];
}

// One body, compiled for each level.
#define LEVELS(NAME, BODY_NAME, PARAMETERS, ARGUMENTS)            \
  static void NAME##_baseline PARAMETERS { BODY_NAME ARGUMENTS; } \
  AVX2 static void NAME##_avx2 PARAMETERS { BODY_NAME ARGUMENTS; } \
  AVX512 static void NAME##_avx512 PARAMETERS { BODY_NAME ARGUMENTS; } \
  void NAME PARAMETERS {                                          \
    int level = vm_cpu_level();                                   \
    if (level >= VM_CPU_AVX512)                                   \
      NAME##_avx512 ARGUMENTS;                                    \
    else if (level == VM_CPU_AVX2)                                \
      NAME##_avx2 ARGUMENTS;                                      \
    else                                                          \
      NAME##_baseline ARGUMENTS;                                  \
  }

LEVELS(vm_sparse_scatter, scatter,
       (size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width, const double *x,
        double *z),
       (rows, offsets, columns, values, width, x, z))
LEVELS(vm_sparse_gather, gather,
       (size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width, const double *z,
        double *y),
       (rows, offsets, columns, values, width, z, y))
LEVELS(vm_dense_cross, cross,
       (size_t rows, size_t left_width, const double *left, size_t first, size_t last, size_t right_width,
        const double *right, double *out),
       (rows, left_width, left, first, last, right_width, right, out))
LEVELS(vm_dense_times, times,
       (size_t rows, size_t width, const double *x, size_t out_width, const double *m, double *y),
       (rows, width, x, out_width, m, y))
LEVELS(vm_triangular_solve, solve, (size_t rows, size_t width, const double *r, double *x), (rows, width, r, x))
LEVELS(vm_sparse_project, project,
       (size_t entries, const int32_t *slots, const double *values, size_t width, const float *v, double *sum, float *out),
       (entries, slots, values, width, v, sum, out))
