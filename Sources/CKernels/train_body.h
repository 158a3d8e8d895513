// The pruned assignment of train.c for one CPU level. NAME names it, COMPACT collects places, LEAST and MOST are minimum
// and maximum without regard to NaN, SETTLE takes over what a visit found. No include guard.

/// to[t * 16 + r] = rows[r][t], for 16 rows of 8 or 4 values in registers and for any other number one by one.
///
/// Interleaving vector i with vector i + half turns the bits of an element's address by one place; four turns bring the
/// row's four bits from the top to the bottom.
ALWAYS void NAME(turn)(v16f *a, const int count) {
  v16f b[8];
  UNROLL for (int round = 0; round < 4; round++) {
    UNROLL for (int i = 0; i < count / 2; i++) {
      v16f x = a[i], y = a[i + count / 2];
      b[2 * i] = __builtin_shufflevector(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] = __builtin_shufflevector(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLL for (int i = 0; i < count; i++) a[i] = b[i];
  }
}

ALWAYS void NAME(gather)(const float *x, size_t d, const uint32_t *rows, float *to) {
  typedef float v8f __attribute__((ext_vector_type(8), aligned(4)));
  typedef float v4f __attribute__((ext_vector_type(4), aligned(4)));
  v16f a[8];
  if (d == 8) {
    UNROLL for (int i = 0; i < 8; i++) {
      v8f low = *(const v8f *)(x + (size_t)rows[2 * i] * 8), high = *(const v8f *)(x + (size_t)rows[2 * i + 1] * 8);
      a[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
    NAME(turn)(a, 8);
    UNROLL for (int t = 0; t < 8; t++) *(v16f *)(to + t * 16) = a[t];
  } else if (d == 4) {
    UNROLL for (int i = 0; i < 4; i++) {
      v4f row[4];
      UNROLL for (int r = 0; r < 4; r++) row[r] = *(const v4f *)(x + (size_t)rows[4 * i + r] * 4);
      v8f low = __builtin_shufflevector(row[0], row[1], 0, 1, 2, 3, 4, 5, 6, 7);
      v8f high = __builtin_shufflevector(row[2], row[3], 0, 1, 2, 3, 4, 5, 6, 7);
      a[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
    NAME(turn)(a, 4);
    UNROLL for (int t = 0; t < 4; t++) *(v16f *)(to + t * 16) = a[t];
  } else {
    for (int r = 0; r < 16; r++)
      for (size_t t = 0; t < d; t++) to[t * 16 + r] = x[(size_t)rows[r] * d + t];
  }
}

/// Squared distances of 16 points (values[t * 16 + lane]) to the 16 centroids of a group: least and second least, and
/// which is least. `fixed` is d once inlined, or 0.
ALWAYS void NAME(group)(const float *values, const float *centroids, size_t d, const int fixed, v16f *first,
                        v16f *second, v16i *which) {
  v16f m1 = (v16f)(__builtin_inff()), m2 = m1, x[8];
  v16i at = (v16i)(0);
  UNROLL for (int t = 0; t < fixed; t++) x[t] = *(const v16f *)(values + t * 16);
  UNROLL for (int c = 0; c < 16; c += 4) {
    v16f sums[4] = {(v16f)(0.0f), (v16f)(0.0f), (v16f)(0.0f), (v16f)(0.0f)};
    if (fixed) {
      UNROLL for (int t = 0; t < fixed; t++) {
        UNROLL for (int i = 0; i < 4; i++) {
          v16f gap = x[t] - (v16f)(centroids[(c + i) * fixed + t]);
          sums[i] = __builtin_elementwise_fma(gap, gap, sums[i]);
        }
      }
    } else {
      for (size_t t = 0; t < d; t++) {
        v16f value = *(const v16f *)(values + t * 16);
        UNROLL for (int i = 0; i < 4; i++) {
          v16f gap = value - (v16f)(centroids[(size_t)(c + i) * d + t]);
          sums[i] = __builtin_elementwise_fma(gap, gap, sums[i]);
        }
      }
    }
    UNROLL for (int i = 0; i < 4; i++) {
      m2 = LEAST(m2, MOST(m1, sums[i]));
      v16i number = (v16i)(c + i);
      LESS_STEP(sums[i], m1, at, number);
    }
  }
  *first = m1, *second = m2, *which = at;
}

/// Visits group g for the points at places[0 ..< count] of the block that starts at `start`; there is room for 16 more.
static void NAME(visit)(train_state *s, size_t start, int g, uint32_t *places, size_t count) {
  const size_t d = s->d;
  const float *centroids = s->centroids + (size_t)g * 16 * d;
  for (size_t j = count; j < count + 15; j++) places[j] = places[count - 1];
  for (size_t j = 0; j < count; j += 16) {
    uint32_t ids[16];
    for (int r = 0; r < 16; r++) ids[r] = (uint32_t)start + places[j + r];
    v16f first, second;
    v16i which;
    NAME(gather)(s->x, d, ids, s->values);
    if (d == 8) NAME(group)(s->values, centroids, d, 8, &first, &second, &which);
    else if (d == 4) NAME(group)(s->values, centroids, d, 4, &first, &second, &which);
    else NAME(group)(s->values, centroids, d, 0, &first, &second, &which);
    SETTLE(s, g, ids, count - j < 16 ? count - j : 16, first, second, which);
  }
}

/// One block of points through all groups.
static void NAME(assign)(train_state *s, size_t start, size_t count, int begun) {
  const size_t d = s->d;
  for (size_t i = 0; i < count; i += 16) {
    uint32_t rows[16], own[16];
    for (size_t r = 0; r < 16; r++) {
      rows[r] = (uint32_t)(start + (i + r < count ? i + r : count - 1));
      own[r] = (uint32_t)s->assigned[rows[r]];
    }
    v16f sum = (v16f)(begun ? 0.0f : __builtin_inff());
    if (begun) {
      NAME(gather)(s->x, d, rows, s->values);
      NAME(gather)(s->centroids, d, own, s->values + 16 * d);
      for (size_t t = 0; t < d; t++) {
        v16f gap = *(v16f *)(s->values + t * 16) - *(v16f *)(s->values + (d + t) * 16);
        sum = __builtin_elementwise_fma(gap, gap, sum);
      }
    }
    v16f root = __builtin_elementwise_sqrt(sum) * (v16f)(1.000001f);
    // The arrays have room for a whole vector beyond the last point.
    *(v16f *)(s->nearest + start + i) = sum;
    *(v16f *)(s->upper + start + i) = root;
  }
  for (int g = 0; g < 16; g++) {
    uint32_t places[TRAIN_BLOCK + 16];
    size_t found = 0;
    float *bound = s->lower + (size_t)g * s->n + start, *upper = s->upper + start, moved = s->moved[g];
    COMPACT(bound, upper, moved, count, places, found);
    if (found) NAME(visit)(s, start, g, places, found);
  }
}
