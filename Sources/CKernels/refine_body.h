// The distances of refine.h for one CPU level, which NAME names; STEP adds 16 products or squares. No include guard.

static float NAME(floats)(const float *x, const uint8_t *row, size_t d, int product) {
  v16f sums = (v16f)(0.0f);
  size_t t = 0;
  for (; t + 16 <= d; t += 16) STEP(sums, *(const v16f *)(x + t), *(const v16f_bytes *)(row + t * 4), product);
  float sum = 0;
  for (; t < d; t++) {
    float y;
    memcpy(&y, row + t * 4, 4);
    sum = product ? fmaf(-x[t], y, sum) : fmaf(x[t] - y, x[t] - y, sum);
  }
  for (int lane = 0; lane < 16; lane++) sum += sums[lane];
  return sum;
}

static float NAME(bytes)(const float *x, const uint8_t *row, size_t d, const float *minima, const float *spans,
                         int product) {
  typedef uint8_t v16b __attribute__((ext_vector_type(16), aligned(1)));
  v16f sums = (v16f)(0.0f);
  size_t t = 0;
  for (; t + 16 <= d; t += 16) {
    v16f share = (__builtin_convertvector(*(const v16b *)(row + t), v16f) + (v16f)(0.5f)) / (v16f)(255.0f);
    v16f y = *(const v16f *)(minima + t) + *(const v16f *)(spans + t) * share;
    STEP(sums, *(const v16f *)(x + t), y, product);
  }
  float sum = 0;
  for (; t < d; t++) {
    float y = minima[t] + spans[t] * (((float)row[t] + 0.5f) / 255.0f);
    sum = product ? fmaf(-x[t], y, sum) : fmaf(x[t] - y, x[t] - y, sum);
  }
  for (int lane = 0; lane < 16; lane++) sum += sums[lane];
  return sum;
}
