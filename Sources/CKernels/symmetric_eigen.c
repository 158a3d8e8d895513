#include <math.h>
#include <string.h>

#include "sparse_f64.h"

#pragma STDC FP_CONTRACT OFF

enum { MOST_SWEEPS = 30 };

static double off_diagonal(size_t n, const double *a) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) sum += a[i * n + j] * a[i * n + j];
  return sum;
}

static void rotate_rows(size_t n, double c, double s, double *restrict p, double *restrict q) {
  for (size_t k = 0; k < n; k++) {
    double x = p[k], y = q[k];
    p[k] = c * x - s * y;
    q[k] = s * x + c * y;
  }
}

static void rotate(size_t n, size_t p, size_t q, double *a, double *vectors) {
  double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  double c = 1 / sqrt(t * t + 1), s = t * c;
  double pp = a[p * n + p] - t * a[p * n + q], qq = a[q * n + q] + t * a[p * n + q];
  rotate_rows(n, c, s, a + p * n, a + q * n);
  for (size_t k = 0; k < n; k++) {
    a[k * n + p] = a[p * n + k];
    a[k * n + q] = a[q * n + k];
  }
  a[p * n + p] = pp;
  a[q * n + q] = qq;
  a[p * n + q] = a[q * n + p] = 0;
  rotate_rows(n, c, s, vectors + p * n, vectors + q * n);
}

void vm_symmetric_eigen_f64(size_t n, double *a, double *values, double *vectors) {
  memset(vectors, 0, n * n * sizeof *vectors);
  double diagonal = 0;
  for (size_t i = 0; i < n; i++) {
    vectors[i * n + i] = 1;
    diagonal += a[i * n + i] * a[i * n + i];
  }
  for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    double off = off_diagonal(n, a);
    if (off <= 1e-26 * diagonal) break;
    // A rotation for what is far below the average entry would not pay.
    double least = sweep < 4 ? 0.04 * sqrt(off) / (double)n : 0;
    for (size_t p = 0; p < n; p++)
      for (size_t q = p + 1; q < n; q++)
        if (fabs(a[p * n + q]) > least) rotate(n, p, q, a, vectors);
  }
  for (size_t i = 0; i < n; i++) values[i] = a[i * n + i];
}
