// The products of panels.h for one CPU level: NAME names the level, TILE and WIDE the points and panels of a tile.
// No include guard: panels.c includes it once for each level.

/// acc[r * C + q] runs over the panel q and the point r; R and C are constants once inlined.
ALWAYS void NAME(tile)(v16f *acc, const float *x, size_t xstride, const float *panel, size_t d, const int R,
                       const int C, const int squared) {
  for (size_t t = 0; t < d; t++) {
    v16f c[8];
    UNROLL for (int q = 0; q < C; q++) c[q] = *(const v16f *)(panel + ((size_t)q * d + t) * 16);
    UNROLL for (int r = 0; r < R; r++) {
      v16f value = (v16f)(x[(size_t)r * xstride + t]);
      UNROLL for (int q = 0; q < C; q++) {
        if (squared) {
          v16f gap = value - c[q];
          acc[r * C + q] = __builtin_elementwise_fma(gap, gap, acc[r * C + q]);
        } else {
          acc[r * C + q] = __builtin_elementwise_fma(-c[q], value, acc[r * C + q]);
        }
      }
    }
  }
}

ALWAYS void NAME(store_tile)(const float *x, size_t xstride, const float *panels, const float *bias, size_t panel,
                             size_t rows, size_t d, float *out, size_t ostride, const int R, const int C,
                             const int squared) {
  v16f acc[32];
  UNROLL for (int q = 0; q < C; q++) {
    v16f start = bias ? *(const v16f *)(bias + (panel + q) * 16) : (v16f)(0.0f);
    UNROLL for (int r = 0; r < R; r++) acc[r * C + q] = start;
  }
  NAME(tile)(acc, x, xstride, panels + panel * d * 16, d, R, C, squared);
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int q = 0; q < C; q++) {
      size_t column = (panel + q) * 16;
      float *to = out + (size_t)r * ostride + column;
      if (column + 16 <= rows) *(v16f *)to = acc[r * C + q];
      else
        for (size_t lane = 0; column + lane < rows; lane++) to[lane] = acc[r * C + q][lane];
    }
  }
}

ALWAYS void NAME(products)(const float *x, size_t n, size_t xstride, const float *panels, const float *bias,
                           size_t rows, size_t d, float *out, size_t ostride, const int squared) {
  const size_t count = (rows + 15) / 16, block = 12 * TILE;
  for (size_t first = 0; first < n; first += block) {
    size_t end = first + block < n ? first + block : n, p = 0;
    size_t tiled = first + (end - first) / TILE * TILE;
    if (tiled > first) {
      for (; p + WIDE <= count; p += WIDE)
        for (size_t i = first; i < tiled; i += TILE)
          NAME(store_tile)(x + i * xstride, xstride, panels, bias, p, rows, d, out + i * ostride, ostride, TILE, WIDE,
                           squared);
      for (; p < count; p++)
        for (size_t i = first; i < tiled; i += TILE)
          NAME(store_tile)(x + i * xstride, xstride, panels, bias, p, rows, d, out + i * ostride, ostride, TILE, 1,
                           squared);
    }
    for (size_t i = tiled; i < end; i++) {
      for (p = 0; p + 4 <= count; p += 4)
        NAME(store_tile)(x + i * xstride, xstride, panels, bias, p, rows, d, out + i * ostride, ostride, 1, 4, squared);
      for (; p < count; p++)
        NAME(store_tile)(x + i * xstride, xstride, panels, bias, p, rows, d, out + i * ostride, ostride, 1, 1, squared);
    }
  }
}

static void NAME(scores)(const float *x, size_t n, size_t xstride, const float *panels, const float *bias, size_t rows,
                         size_t d, float *out, size_t ostride) {
  NAME(products)(x, n, xstride, panels, bias, rows, d, out, ostride, 0);
}

static void NAME(squared)(const float *x, size_t n, size_t xstride, const float *panels, size_t rows, size_t d,
                          float *out, size_t ostride) {
  NAME(products)(x, n, xstride, panels, NULL, rows, d, out, ostride, 1);
}

ALWAYS void NAME(nearest_tile)(const float *x, size_t xstride, const float *panels, const float *bias, size_t rows,
                               size_t d, uint32_t *index, float *score, const int R) {
  const v16i lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  v16f best[16];
  v16i at[16];
  UNROLL for (int r = 0; r < R; r++) {
    best[r] = (v16f)(__builtin_inff());
    at[r] = lanes;
  }
  for (size_t p = 0; p < (rows + 15) / 16; p++) {
    v16f acc[16], start = *(const v16f *)(bias + p * 16);
    UNROLL for (int r = 0; r < R; r++) acc[r] = start;
    NAME(tile)(acc, x, xstride, panels + p * d * 16, d, R, 1, 0);
    v16i number = lanes + (int32_t)(p * 16);
    UNROLL for (int r = 0; r < R; r++) LESS_STEP(acc[r], best[r], at[r], number);
  }
  UNROLL for (int r = 0; r < R; r++) {
    float least = __builtin_reduce_min(best[r]);
    v16i far = (v16i)(INT32_MAX);
    index[r] = (uint32_t)__builtin_reduce_min(best[r] == (v16f)(least) ? at[r] : far);
    if (score) score[r] = least;
  }
}

static void NAME(nearest)(const float *x, size_t n, size_t xstride, const float *panels, const float *bias,
                          size_t rows, size_t d, uint32_t *index, float *score) {
  size_t i = 0;
  for (; i + TILE <= n; i += TILE)
    NAME(nearest_tile)(x + i * xstride, xstride, panels, bias, rows, d, index + i, score ? score + i : NULL, TILE);
  for (; i < n; i++)
    NAME(nearest_tile)(x + i * xstride, xstride, panels, bias, rows, d, index + i, score ? score + i : NULL, 1);
}

/// Whether all values are finite: an exponent of all ones is infinity or NaN.
static int NAME(all_finite)(const float *values, size_t count) {
  v16i bad[4] = {(v16i)(0), (v16i)(0), (v16i)(0), (v16i)(0)};
  size_t i = 0;
  for (; i + 64 <= count; i += 64)
    UNROLL for (int part = 0; part < 4; part++)
      bad[part] |= (*(const v16i *)(values + i + part * 16) & 0x7f800000) == 0x7f800000;
  bad[0] |= bad[1] | bad[2] | bad[3];
  int found = __builtin_reduce_or(bad[0]);
  for (; i < count; i++) found |= !isfinite(values[i]);
  return !found;
}
