// Table work for one CPU level: NAME names it, PACK turns 64 floats into bytes. No include guard.

static void NAME(quantize)(const float *tables, const float *least, size_t size, int bits, float scale,
                           uint8_t *bytes) {
  if (bits == 8) {
    for (size_t m = 0; m < size; m++)
      for (int i = 0; i < 256; i += 64)
        NAME(pack)(tables + m * 256 + i, scale, -least[m] * scale, bytes + m * 256 + i);
    return;
  }
  // Sixteenths of a step, so that a byte of two values loses less than one step to rounding, not two.
  typedef uint8_t v16b __attribute__((ext_vector_type(16), aligned(1)));
  typedef uint16_t v16h __attribute__((ext_vector_type(16), aligned(1)));
  for (size_t m = 0; m < size; m++) {
    v16h parts[2];
    for (int half = 0; half < 2; half++) {
      v16f value = __builtin_elementwise_fma(*(const v16f *)(tables + m * 32 + half * 16), (v16f)(scale * 16),
                                             (v16f)(-least[m * 2 + half] * (scale * 16)));
      value = __builtin_elementwise_max(__builtin_elementwise_min(value, (v16f)(4095.0f)), (v16f)(0.0f));
      parts[half] = __builtin_convertvector(__builtin_convertvector(value, v16i), v16h);
    }
    UNROLL for (int odd = 0; odd < 16; odd++) {
      v16h sum = (parts[0] + (v16h)(parts[1][odd])) >> (v16h)(4);
      sum = __builtin_elementwise_min(sum, (v16h)(255));
      *(v16b *)(bytes + m * 256 + odd * 16) = __builtin_convertvector(sum, v16b);
    }
  }
}

static float NAME(range)(const float *tables, size_t count, size_t values, float *least) {
  float sum = 0;
  for (size_t m = 0; m < count; m++) {
    const float *table = tables + m * values;
    v16f low = *(const v16f *)table, high = __builtin_elementwise_abs(low);
    for (size_t i = 16; i < values; i += 16) {
      v16f value = *(const v16f *)(table + i);
      low = __builtin_elementwise_min(low, value);
      high = __builtin_elementwise_max(high, __builtin_elementwise_abs(value));
    }
    least[m] = __builtin_reduce_min(low);
    sum += __builtin_reduce_max(high);
  }
  return sum;
}

static void NAME(least)(const float *tables, size_t count, size_t values, float *least) {
  for (size_t m = 0; m < count; m++) {
    const float *table = tables + m * values;
    v16f low[4] = {*(const v16f *)table};
    low[1] = low[2] = low[3] = low[0];
    for (size_t i = 0; i + 64 <= values; i += 64)
      UNROLL for (int part = 0; part < 4; part++)
        low[part] = __builtin_elementwise_min(low[part], *(const v16f *)(table + i + part * 16));
    low[0] = __builtin_elementwise_min(__builtin_elementwise_min(low[0], low[1]),
                                       __builtin_elementwise_min(low[2], low[3]));
    least[m] = __builtin_reduce_min(low[0]);
  }
}
