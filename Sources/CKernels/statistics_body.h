// A tile of vm_cross and the sums of vm_mean_of_rows for one CPU level: NAME names it. No include guard.

/// Adds the products of 4 columns of a and 16 of b over n samples to a 4×16 tile of sums.
static void NAME(tile)(const double *a, size_t astride, const double *b, size_t bstride, size_t n, double *sums) {
  v8d acc[8];
  UNROLL for (int i = 0; i < 8; i++) acc[i] = *(v8d *)(sums + i * 8);
  for (size_t i = 0; i < n; i++) {
    v8d left = *(const v8d *)(b + i * bstride), right = *(const v8d *)(b + i * bstride + 8);
    UNROLL for (int r = 0; r < 4; r++) {
      v8d value = (v8d)(a[i * astride + r]);
      // Not fused: without FMA instructions that would be a call for each number.
      v8d first = value * left, second = value * right;
      acc[2 * r] = acc[2 * r] + first;
      acc[2 * r + 1] = acc[2 * r + 1] + second;
    }
  }
  UNROLL for (int i = 0; i < 8; i++) *(v8d *)(sums + i * 8) = acc[i];
}

/// Adds rows in their order, four in each pass over the sums. Rows lie anywhere, so they are fetched eight ahead: waiting for them took
/// an eighth of a coarse k-means.
static void NAME(sum_rows)(const float *x, size_t d, const uint32_t *rows, size_t count, double *restrict sum) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (size_t next = i + 8; next < i + 12 && next < count; next++)
      for (size_t t = 0; t < d; t += 16) __builtin_prefetch(x + (size_t)rows[next] * d + t);
    const float *a = x + (size_t)rows[i] * d, *b = x + (size_t)rows[i + 1] * d;
    const float *c = x + (size_t)rows[i + 2] * d, *e = x + (size_t)rows[i + 3] * d;
    for (size_t t = 0; t < d; t++) sum[t] = (((sum[t] + a[t]) + b[t]) + c[t]) + e[t];
  }
  for (; i < count; i++)
    for (size_t t = 0; t < d; t++) sum[t] += x[(size_t)rows[i] * d + t];
}
