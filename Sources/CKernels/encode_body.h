// The encoder for one CPU level: NAME names it, LESS_STEP keeps the smaller. No include guard.
//
// Points lie in the lanes, 32 at a time, and all centroids of a part go over them: there is nothing left to reduce across
// lanes at the end. Scores are the same chains as in panels.h: |c|^2 / 2, minus the products in order.

/// Two rows of 8 pairs of vectors, lane pairs interleaved; with itself four times over it transposes 16 by 16.
ALWAYS void NAME(transpose16)(const float *rows, size_t stride, float *to) {
  v16f a[16], b[16];
  UNROLL for (int i = 0; i < 16; i++) a[i] = *(const v16f *)(rows + (size_t)i * stride);
  UNROLL for (int round = 0; round < 4; round++) {
    UNROLL for (int i = 0; i < 8; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLL for (int i = 0; i < 16; i++) a[i] = b[i];
  }
  UNROLL for (int i = 0; i < 16; i++) *(v16f *)(to + (size_t)i * 32) = a[i];
}

/// values[t * 32 + i] = rows[i * d + t] of 32 rows.
static void NAME(transpose)(const float *rows, size_t d, float *values) {
  size_t t = 0;
  for (; t + 16 <= d; t += 16) {
    NAME(transpose16)(rows + t, d, values + t * 32);
    NAME(transpose16)(rows + 16 * d + t, d, values + t * 32 + 16);
  }
  for (; t < d; t++)
    for (size_t i = 0; i < 32; i++) values[t * 32 + i] = rows[i * d + t];
}

/// The nearest of K centroids to 32 points; `fixed` is d once inlined, or 0.
ALWAYS void NAME(nearest_of)(const float *values, const float *panels, const float *half, size_t K, size_t d,
                             const int fixed, uint8_t *numbers) {
  typedef uint8_t v16b __attribute__((ext_vector_type(16), aligned(1)));
  v16f x[2][8], best[2] = {(v16f)(__builtin_inff()), (v16f)(__builtin_inff())};
  v16i at[2] = {(v16i)(0), (v16i)(0)}, number = (v16i)(0);
  if (fixed)
    UNROLL for (int t = 0; t < fixed; t++) x[0][t] = *(const v16f *)(values + t * 32), x[1][t] = *(const v16f *)(values + t * 32 + 16);
  for (size_t p = 0; p < K; p += 16)
    for (size_t lane = 0; lane < 16; lane++) {
      const float *centroid = panels + p * d + lane;
      v16f left = (v16f)(half[p + lane]), right = left;
      if (fixed) {
        UNROLL for (int t = 0; t < fixed; t++) {
          v16f c = (v16f)(centroid[t * 16]);
          left = __builtin_elementwise_fma(-c, x[0][t], left);
          right = __builtin_elementwise_fma(-c, x[1][t], right);
        }
      } else {
        for (size_t t = 0; t < d; t++) {
          v16f c = (v16f)(centroid[t * 16]);
          left = __builtin_elementwise_fma(-c, *(const v16f *)(values + t * 32), left);
          right = __builtin_elementwise_fma(-c, *(const v16f *)(values + t * 32 + 16), right);
        }
      }
      LESS_STEP(left, best[0], at[0], number);
      LESS_STEP(right, best[1], at[1], number);
      number = number + 1;
    }
  UNROLL for (int v = 0; v < 2; v++) *(v16b *)(numbers + v * 16) = __builtin_convertvector(at[v], v16b);
}

/// Encodes 32 rows; `values` and `numbers` are scratch of d * 32 floats and parts * 32 bytes.
static void NAME(encode)(const vm_quantizer *q, const float *rows, float *values, uint8_t *numbers) {
  const size_t K = (size_t)1 << q->bits, d = q->dsub;
  NAME(transpose)(rows, q->parts * d, values);
  for (size_t m = 0; m < q->parts; m++) {
    const float *x = values + m * d * 32, *panels = q->panels + m * K * d, *half = q->half + m * K;
    if (d == 8) NAME(nearest_of)(x, panels, half, K, d, 8, numbers + m * 32);
    else if (d == 4) NAME(nearest_of)(x, panels, half, K, d, 4, numbers + m * 32);
    else if (d == 2) NAME(nearest_of)(x, panels, half, K, d, 2, numbers + m * 32);
    else NAME(nearest_of)(x, panels, half, K, d, 0, numbers + m * 32);
  }
}
