// The pruned assignment of train.c for one CPU level: NAME names it, COMPACT collects places. No include guard.

/// Squared distances of 16 points (values[t * 16 + lane]) to the 16 centroids of a group: least and second least, and
/// which is least.
ALWAYS void NAME(group)(const float *values, const float *centroids, size_t d, v16f *first, v16f *second, v16i *which) {
  v16f m1 = (v16f)(__builtin_inff()), m2 = m1;
  v16i at = (v16i)(0);
  for (int c = 0; c < 16; c += 4) {
    v16f sums[4] = {(v16f)(0.0f), (v16f)(0.0f), (v16f)(0.0f), (v16f)(0.0f)};
    for (size_t t = 0; t < d; t++) {
      v16f value = *(const v16f *)(values + t * 16);
      UNROLL for (int i = 0; i < 4; i++) {
        v16f gap = value - (v16f)(centroids[(size_t)(c + i) * d + t]);
        sums[i] = __builtin_elementwise_fma(gap, gap, sums[i]);
      }
    }
    UNROLL for (int i = 0; i < 4; i++) {
      v16i less = sums[i] < m1;
      m2 = __builtin_elementwise_min(m2, __builtin_elementwise_max(m1, sums[i]));
      m1 = __builtin_elementwise_min(m1, sums[i]);
      at = less ? (v16i)(c + i) : at;
    }
  }
  *first = m1, *second = m2, *which = at;
}

ALWAYS float NAME(squared_gap)(const float *a, const float *b, size_t d) {
  float sum = 0;
  for (size_t t = 0; t < d; t++) {
    float gap = a[t] - b[t];
    sum = __builtin_fmaf(gap, gap, sum);
  }
  return sum;
}

/// Visits group g for the points at places[0 ..< count] of the block that starts at `start`.
static void NAME(visit)(train_state *s, size_t start, int g, const uint32_t *places, size_t count) {
  const size_t d = s->d;
  const float *centroids = s->centroids + (size_t)g * 16 * d;
  float *bound = s->lower + (size_t)g * s->n;
  for (size_t j = 0; j < count; j += 16) {
    uint32_t ids[16];
    for (int r = 0; r < 16; r++) {
      ids[r] = (uint32_t)start + places[j + r < count ? j + r : count - 1];
      const float *row = s->x + (size_t)ids[r] * d;
      for (size_t t = 0; t < d; t++) s->values[t * 16 + r] = row[t];
    }
    v16f first, second;
    v16i which;
    NAME(group)(s->values, centroids, d, &first, &second, &which);
    v16f first_root = __builtin_elementwise_sqrt(first) * (v16f)(0.999999f);
    v16f second_root = __builtin_elementwise_sqrt(second) * (v16f)(0.999999f);
    for (int r = 0; r < 16 && j + r < count; r++) {
      uint32_t id = ids[r];
      int best = g * 16 + which[r], own = s->assigned[id];
      if (best == own && s->nearest[id] < __builtin_inff()) {
        bound[id] = second_root[r];
      } else if (first[r] < s->nearest[id]) {
        // The centroid that loses the point becomes one of its group's others.
        float lost = sqrtf(s->nearest[id]) * 0.999999f, *other = s->lower + (size_t)(own / 16) * s->n + id;
        if (own / 16 != g && lost < *other) *other = lost;
        bound[id] = second_root[r];
        s->nearest[id] = first[r];
        s->upper[id] = sqrtf(first[r]) * 1.000001f;
        s->assigned[id] = (uint8_t)best;
      } else {
        bound[id] = first_root[r];
      }
    }
  }
}

/// One block of points through all groups.
static void NAME(assign)(train_state *s, size_t start, size_t count, int begun) {
  const size_t d = s->d;
  for (size_t i = start; i < start + count; i++) {
    s->nearest[i] = begun ? NAME(squared_gap)(s->x + i * d, s->centroids + (size_t)s->assigned[i] * d, d)
                          : __builtin_inff();
    s->upper[i] = sqrtf(s->nearest[i]) * 1.000001f;
  }
  for (int g = 0; g < 16; g++) {
    uint32_t places[TRAIN_BLOCK + 16];
    size_t found = 0;
    float *bound = s->lower + (size_t)g * s->n + start, *upper = s->upper + start, moved = s->moved[g];
    COMPACT(bound, upper, moved, count, places, found);
    NAME(visit)(s, start, g, places, found);
  }
}
