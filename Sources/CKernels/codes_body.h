// Table work for one CPU level: NAME names it. No include guard.

static void NAME(quantize)(const float *table, float least, float scale, uint8_t *bytes) {
  typedef uint8_t v16b __attribute__((ext_vector_type(16), aligned(1)));
  for (int i = 0; i < 256; i += 16) {
    v16f value = (*(const v16f *)(table + i) - (v16f)(least)) * (v16f)(scale);
    value = __builtin_elementwise_min(value, (v16f)(255.0f));
    *(v16b *)(bytes + i) = __builtin_convertvector(__builtin_convertvector(value, v16i), v16b);
  }
}

static void NAME(range)(const float *table, float *least, float *magnitude) {
  v16f low = *(const v16f *)table, high = __builtin_elementwise_abs(low);
  for (int i = 16; i < 256; i += 16) {
    v16f value = *(const v16f *)(table + i);
    low = __builtin_elementwise_min(low, value);
    high = __builtin_elementwise_max(high, __builtin_elementwise_abs(value));
  }
  *least = __builtin_reduce_min(low);
  *magnitude = __builtin_reduce_max(high);
}
