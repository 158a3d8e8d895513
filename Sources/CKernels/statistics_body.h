// One tile of vm_cross for one CPU level: NAME names it. No include guard.

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
