#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_level.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

enum { SAMPLES = 256 };

/// d values of n rows as doubles, their means taken off, rows filled up to `padded` values by zeros.
static void widen(const float *x, size_t stride, const double *mean, size_t d, size_t padded, size_t n, double *to) {
  for (size_t i = 0; i < n; i++) {
    for (size_t t = 0; t < d; t++) to[i * padded + t] = (double)x[i * stride + t] - (mean ? mean[t] : 0);
    for (size_t t = d; t < padded; t++) to[i * padded + t] = 0;
  }
}

#define NAME(function) function##_baseline
#include "statistics_body.h"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(LEVEL_AVX2, apply_to = function)
#define NAME(function) function##_avx2
#include "statistics_body.h"
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(LEVEL_AVX512, apply_to = function)
#define NAME(function) function##_avx512
#include "statistics_body.h"
#undef NAME
#pragma clang attribute pop
#endif

static void tile(const double *a, size_t astride, const double *b, size_t bstride, size_t n, double *sums) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512) return tile_avx512(a, astride, b, bstride, n, sums);
  if (vm_cpu_level() >= VM_CPU_AVX2) return tile_avx2(a, astride, b, bstride, n, sums);
#endif
  tile_baseline(a, astride, b, bstride, n, sums);
}

void vm_cross(const float *x, const double *xmean, size_t d, const float *y, const double *ymean, size_t e, size_t n,
              size_t first, size_t end, double *out) {
  const size_t dp = (end - first + 7) / 4 * 4, ep = (e + 15) / 16 * 16, top = first / 4, bottom = (end + 3) / 4;
  double *a = malloc(SAMPLES * dp * sizeof(double)), *b = malloc(SAMPLES * ep * sizeof(double));
  double *sums = calloc((bottom - top) * 4 * ep, sizeof(double));
  for (size_t i = 0; i < n; i += SAMPLES) {
    size_t some = n - i < SAMPLES ? n - i : SAMPLES;
    widen(x + i * d + top * 4, d, xmean ? xmean + top * 4 : NULL, bottom * 4 < d ? (bottom - top) * 4 : d - top * 4, dp,
          some, a);
    widen(y + i * e, e, ymean, e, ep, some, b);
    for (size_t r = top; r < bottom; r++)
      for (size_t c = 0; c < ep / 16; c++)
        tile(a + (r - top) * 4, dp, b + c * 16, ep, some, sums + ((r - top) * (ep / 16) + c) * 64);
  }
  for (size_t r = first; r < end; r++)
    for (size_t c = 0; c < e; c++)
      out[(r - first) * e + c] = sums[((r / 4 - top) * (ep / 16) + c / 16) * 64 + r % 4 * 16 + c % 16];
  free(a), free(b), free(sums);
}

/// Reduces the matrix to tridiagonal form (diagonal, below) by reflections, and gathers their product in `basis`, whose
/// rows are the new axes.
static void tridiagonalize(double *a, size_t n, double *diagonal, double *below, double *basis) {
  double *v = malloc(n * sizeof(double)), *p = malloc(n * sizeof(double));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) basis[i * n + j] = i == j;
  for (size_t k = 0; k + 2 < n; k++) {
    double norm = 0;
    for (size_t i = k + 1; i < n; i++) norm += a[i * n + k] * a[i * n + k];
    norm = sqrt(norm);
    double head = a[(k + 1) * n + k], alpha = head > 0 ? -norm : norm;
    if (norm == 0) continue;
    double square = 0;
    for (size_t i = k + 1; i < n; i++) v[i] = a[i * n + k];
    v[k + 1] -= alpha;
    for (size_t i = k + 1; i < n; i++) square += v[i] * v[i];
    if (square == 0) continue;
    double beta = 2 / square, dot = 0;
    for (size_t i = k + 1; i < n; i++) p[i] = 0;
    for (size_t j = k + 1; j < n; j++)
      for (size_t i = k + 1; i < n; i++) p[i] += a[j * n + i] * v[j];
    for (size_t i = k + 1; i < n; i++) p[i] *= beta;
    for (size_t i = k + 1; i < n; i++) dot += p[i] * v[i];
    for (size_t i = k + 1; i < n; i++) p[i] -= 0.5 * beta * dot * v[i];
    for (size_t i = k + 1; i < n; i++)
      for (size_t j = k + 1; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    a[(k + 1) * n + k] = a[k * n + k + 1] = alpha;
    for (size_t i = k + 2; i < n; i++) a[i * n + k] = a[k * n + i] = 0;
    for (size_t j = 0; j < n; j++) p[j] = 0;
    for (size_t i = k + 1; i < n; i++)
      for (size_t j = 0; j < n; j++) p[j] += v[i] * basis[i * n + j];
    for (size_t i = k + 1; i < n; i++) {
      double scale = beta * v[i];
      for (size_t j = 0; j < n; j++) basis[i * n + j] -= scale * p[j];
    }
  }
  for (size_t i = 0; i < n; i++) diagonal[i] = a[i * n + i];
  for (size_t i = 0; i + 1 < n; i++) below[i] = a[(i + 1) * n + i];
  if (n) below[n - 1] = 0;
  free(v), free(p);
}

static void rotate_rows(double *upper, double *lower, size_t n, double c, double s) {
  for (size_t j = 0; j < n; j++) {
    double u = upper[j], l = lower[j];
    upper[j] = c * u - s * l;
    lower[j] = s * u + c * l;
  }
}

/// One implicit QL sweep with Wilkinson's shift on the block first ... last.
static void sweep(double *diagonal, double *below, size_t first, size_t last, double *basis, size_t n) {
  double gap = (diagonal[first + 1] - diagonal[first]) / (2 * below[first]);
  double root = sqrt(gap * gap + 1);
  double bulge = diagonal[last] - diagonal[first] + below[first] / (gap + (gap >= 0 ? root : -root));
  double sine = 1, cosine = 1, shift = 0;
  for (size_t i = last; i-- > first;) {
    double f = sine * below[i], b = cosine * below[i];
    double length = sqrt(f * f + bulge * bulge);
    below[i + 1] = length;
    if (length == 0) {
      diagonal[i + 1] -= shift;
      below[last] = 0;
      return;
    }
    sine = f / length;
    cosine = bulge / length;
    double moved = diagonal[i + 1] - shift;
    double turn = (diagonal[i] - moved) * sine + 2 * cosine * b;
    shift = sine * turn;
    diagonal[i + 1] = moved + shift;
    bulge = cosine * turn - b;
    rotate_rows(basis + i * n, basis + (i + 1) * n, n, cosine, sine);
  }
  diagonal[first] -= shift;
  below[first] = bulge;
  below[last] = 0;
}

int vm_symmetric_eigen(double *matrix, size_t n, double *values) {
  if (n == 0) return 1;
  double *below = malloc(n * sizeof(double)), *basis = malloc(n * n * sizeof(double));
  tridiagonalize(matrix, n, values, below, basis);
  int converged = 1;
  // What is lost in the rounding of the largest entries counts as nothing: a sample with fewer rows than columns has many
  // eigenvalues of zero, between which a bound relative to neighbours alone would never be met.
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    double size = fabs(values[i]) + (i + 1 < n ? fabs(below[i]) : 0);
    if (size > largest) largest = size;
  }
  for (size_t first = 0; first < n && converged; first++) {
    for (int round = 0;; round++) {
      size_t last = first;
      while (last + 1 < n && fabs(below[last]) > 2.3e-16 * (fabs(values[last]) + fabs(values[last + 1])) &&
             fabs(below[last]) > 1e-16 * largest)
        last++;
      if (last == first) break;
      if (round == 100) {
        converged = 0;
        break;
      }
      sweep(values, below, first, last, basis, n);
    }
  }
  for (size_t i = 0; i < n; i++) {  // selection sort: n swaps of rows at most
    size_t least = i;
    for (size_t j = i + 1; j < n; j++)
      if (values[j] < values[least]) least = j;
    double value = values[i];
    values[i] = values[least], values[least] = value;
    if (least != i)
      for (size_t t = 0; t < n; t++) {
        double swap = basis[i * n + t];
        basis[i * n + t] = basis[least * n + t], basis[least * n + t] = swap;
      }
  }
  memcpy(matrix, basis, n * n * sizeof(double));
  free(below), free(basis);
  return converged;
}

static void sum_rows(const float *x, size_t d, const uint32_t *rows, size_t count, double *sum) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512) return sum_rows_avx512(x, d, rows, count, sum);
  if (vm_cpu_level() >= VM_CPU_AVX2) return sum_rows_avx2(x, d, rows, count, sum);
#endif
  sum_rows_baseline(x, d, rows, count, sum);
}

void vm_mean_of_rows(const float *x, size_t d, const uint32_t *rows, size_t count, double *sum, float *mean) {
  for (size_t t = 0; t < d; t++) sum[t] = 0;
  sum_rows(x, d, rows, count, sum);
  for (size_t t = 0; t < d; t++) mean[t] = (float)(sum[t] / (double)count);
}

/// Makes row i of u a unit vector at right angles to the rows below it in number `used`; 0 if nothing is left of it.
static int orthonormalize(double *u, size_t n, const size_t *used, size_t count, size_t i) {
  for (int again = 0; again < 2; again++)
    for (size_t c = 0; c < count; c++) {
      const double *other = u + used[c] * n;
      double dot = 0;
      for (size_t t = 0; t < n; t++) dot += other[t] * u[i * n + t];
      for (size_t t = 0; t < n; t++) u[i * n + t] -= dot * other[t];
    }
  double norm = 0;
  for (size_t t = 0; t < n; t++) norm += u[i * n + t] * u[i * n + t];
  norm = sqrt(norm);
  if (norm < 1e-8) return 0;
  for (size_t t = 0; t < n; t++) u[i * n + t] /= norm;
  return 1;
}

int vm_nearest_orthogonal(double *matrix, size_t n) {
  double *v = calloc(n * n, sizeof(double)), *u = calloc(n * n, sizeof(double));
  double *values = malloc(n * sizeof(double));
  size_t *used = malloc(n * sizeof(size_t)), count = 0;
  for (size_t k = 0; k < n; k++)  // v = M^T M
    for (size_t i = 0; i < n; i++) {
      double left = matrix[k * n + i];
      for (size_t j = 0; j < n; j++) v[i * n + j] += left * matrix[k * n + j];
    }
  int converged = vm_symmetric_eigen(v, n, values);
  for (size_t i = n; converged && i-- > 0;) {  // largest singular value first; u_i = M v_i, made orthonormal
    for (size_t r = 0; r < n; r++) {
      double dot = 0;
      for (size_t t = 0; t < n; t++) dot += matrix[r * n + t] * v[i * n + t];
      u[i * n + r] = dot;
    }
    double norm = 0;
    for (size_t t = 0; t < n; t++) norm += u[i * n + t] * u[i * n + t];
    if (norm > 0)
      for (size_t t = 0; t < n; t++) u[i * n + t] /= sqrt(norm);
    int whole = values[i] > 1e-12 * values[n - 1] && orthonormalize(u, n, used, count, i);
    for (size_t axis = 0; !whole && axis < n; axis++) {  // a direction that the matrix loses: any one will do
      for (size_t t = 0; t < n; t++) u[i * n + t] = t == axis;
      whole = orthonormalize(u, n, used, count, i);
    }
    used[count++] = i;
  }
  memset(matrix, 0, n * n * sizeof(double));
  for (size_t i = 0; i < n; i++)
    for (size_t r = 0; r < n; r++)
      for (size_t t = 0; t < n; t++) matrix[r * n + t] += u[i * n + r] * v[i * n + t];
  free(v), free(u), free(values), free(used);
  return converged;
}
