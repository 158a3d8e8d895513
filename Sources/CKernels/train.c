#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_level.h"
#include "less_step.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

enum { TRAIN_BLOCK = 2048, CENTROIDS = 256 };

typedef struct {
  const float *x;
  size_t n, d;
  float *centroids;
  int32_t *assigned;
  float *lower;    ///< 16 groups of n: no centroid of the group, but for the point's own, is nearer
  float *upper;    ///< the point's own centroid is not farther
  float *nearest;  ///< the squared distance to it
  float *values;   ///< room for two times 16 points, value after value
  float moved[16];  ///< the farthest that a centroid of each group moved
} train_state;

/// Takes over the nearest (squared distance `first`) and second nearest centroid of group g for some points.
static void settle(train_state *s, int g, const uint32_t *ids, size_t count, const float *first, const float *second,
                   const int32_t *which) {
  float *bound = s->lower + (size_t)g * s->n;
  for (size_t r = 0; r < count; r++) {
    uint32_t id = ids[r];
    int best = g * 16 + which[r], own = s->assigned[id];
    if (best == own && s->nearest[id] < INFINITY) {
      bound[id] = sqrtf(second[r]) * 0.999999f;
    } else if (first[r] < s->nearest[id]) {
      // The centroid that loses the point becomes one of its group's others.
      float lost = sqrtf(s->nearest[id]) * 0.999999f, *other = s->lower + (size_t)(own / 16) * s->n + id;
      if (own / 16 != g && lost < *other) *other = lost;
      bound[id] = sqrtf(second[r]) * 0.999999f;
      s->nearest[id] = first[r];
      s->upper[id] = sqrtf(first[r]) * 1.000001f;
      s->assigned[id] = best;
    } else {
      bound[id] = sqrtf(first[r]) * 0.999999f;
    }
  }
}

/// Lowers the bounds by what the group moved, and collects the places where the group may hold a nearer centroid.
#define COMPACT(bound, upper, moved, count, places, found) \
  for (size_t i = 0; i < count; i++) {                     \
    bound[i] -= moved;                                     \
    places[found] = (uint32_t)i;                           \
    found += bound[i] < upper[i];                          \
  }

#define SETTLE(s, g, ids, count, first, second, which)                      \
  do {                                                                      \
    float near[16], next[16];                                               \
    int32_t at[16];                                                         \
    *(v16f *)near = first, *(v16f *)next = second, *(v16i *)at = which;     \
    settle(s, g, ids, count, near, next, at);                               \
  } while (0)

#define LEAST(a, b) ((a) < (b) ? (a) : (b))
#define MOST(a, b) ((a) < (b) ? (b) : (a))
#define LESS_STEP LESS_STEP_GENERIC
#define NAME(function) function##_baseline
#include "train_body.h"
#undef NAME

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(LEVEL_AVX2, apply_to = function)
#define NAME(function) function##_avx2
#include "train_body.h"
#undef NAME
#pragma clang attribute pop

#undef COMPACT
#undef SETTLE
#undef LEAST
#undef MOST
#undef LESS_STEP
#define LEAST(a, b) ((v16f)_mm512_min_ps((__m512)(a), (__m512)(b)))
#define MOST(a, b) ((v16f)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define LESS_STEP LESS_STEP_AVX512
#define COMPACT compact_avx512
#define SETTLE settle_avx512

#pragma clang attribute push(LEVEL_AVX512, apply_to = function)

// Compressed in a register: storing compressed is slow on Zen 4.
#define compact_avx512(bound, upper, moved, count, places, found)                                              \
  for (size_t i = 0; i < count; i += 16) {                                                                     \
    __mmask16 live = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);                          \
    __m512 low = _mm512_sub_ps(_mm512_maskz_loadu_ps(live, bound + i), _mm512_set1_ps(moved));                 \
    _mm512_mask_storeu_ps(bound + i, live, low);                                                               \
    __mmask16 near = _mm512_mask_cmp_ps_mask(live, low, _mm512_maskz_loadu_ps(live, upper + i), _CMP_LT_OQ);   \
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);               \
    __m512i all = _mm512_add_epi32(_mm512_set1_epi32((int)i), lane);                                           \
    _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi32(near, all));                               \
    found += (size_t)__builtin_popcount(near);                                                                 \
  }

/// settle(), with only the points that change their centroid one by one.
ALWAYS void settle_avx512(train_state *s, int g, const uint32_t *ids, size_t count, v16f first, v16f second,
                          v16i which) {
  __mmask16 live = count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1);
  __m512i at = _mm512_loadu_si512(ids), best = _mm512_add_epi32((__m512i)which, _mm512_set1_epi32(g * 16));
  __m512i own = _mm512_i32gather_epi32(at, s->assigned, 4);
  __m512 nearest = _mm512_i32gather_ps(at, s->nearest, 4);
  __mmask16 known = _mm512_cmp_ps_mask(nearest, _mm512_set1_ps(INFINITY), _CMP_LT_OQ);
  __mmask16 kept = _mm512_cmpeq_epi32_mask(best, own) & known;
  __mmask16 changes = _mm512_cmp_ps_mask((__m512)first, nearest, _CMP_LT_OQ) & live & (__mmask16)~kept;
  __m512 others = _mm512_mask_mov_ps((__m512)first, kept, (__m512)second);
  others = _mm512_mul_ps(_mm512_sqrt_ps(others), _mm512_set1_ps(0.999999f));
  _mm512_mask_i32scatter_ps(s->lower + (size_t)g * s->n, live & (__mmask16)~changes, at, others, 4);
  if (!changes) return;
  float near[16], next[16];
  int32_t number[16];
  *(v16f *)near = first, *(v16f *)next = second, *(v16i *)number = which;
  for (unsigned left = changes; left; left &= left - 1) {
    int r = __builtin_ctz(left);
    settle(s, g, ids + r, 1, near + r, next + r, number + r);
  }
}

#define NAME(function) function##_avx512
#include "train_body.h"
#undef NAME
#pragma clang attribute pop
#endif

static void assign(train_state *s, size_t start, size_t count, int begun) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512) return assign_avx512(s, start, count, begun);
  if (vm_cpu_level() >= VM_CPU_AVX2) return assign_avx2(s, start, count, begun);
#endif
  assign_baseline(s, start, count, begun);
}

static float squared(const float *a, const float *b, size_t d) {
  float sum = 0;
  for (size_t t = 0; t < d; t++) sum += (a[t] - b[t]) * (a[t] - b[t]);
  return sum;
}

/// A centroid and a group (number / 16, number % 16), and the squared distance between them.
typedef struct {
  float gap;
  int number;
} pair;

static int by_gap(const void *a, const void *b) {
  const pair *x = a, *y = b;
  return x->gap < y->gap ? -1 : x->gap > y->gap ? 1 : x->number - y->number;
}

// 16-means on the centroids, then each in turn takes the place in the nearest group with room, the nearest pairs first.
void vm_group_256(const float *centroids, size_t d, uint8_t *order) {
  float *seeds = malloc(16 * d * sizeof(float)), *seed = malloc(d * sizeof(float));
  float *gaps = malloc(CENTROIDS * 16 * sizeof(float));
  pair *pairs = malloc(CENTROIDS * 16 * sizeof(pair));
  int group[CENTROIDS], room[16], members[16];
  for (int g = 0; g < 16; g++) memcpy(seeds + g * d, centroids + g * 16 * d, d * sizeof(float));
  for (int round = 0; round < 7; round++) {
    for (int c = 0; c < CENTROIDS; c++) {
      group[c] = 0;
      for (int g = 0; g < 16; g++) {
        gaps[c * 16 + g] = squared(centroids + c * d, seeds + g * d, d);
        if (gaps[c * 16 + g] < gaps[c * 16 + group[c]]) group[c] = g;
      }
    }
    if (round == 6) break;
    for (int g = 0; g < 16; g++) {
      float count = 0;
      memset(seed, 0, d * sizeof(float));
      for (int c = 0; c < CENTROIDS; c++)
        if (group[c] == g) {
          count++;
          for (size_t t = 0; t < d; t++) seed[t] += centroids[c * d + t];
        }
      if (count > 0)
        for (size_t t = 0; t < d; t++) seeds[g * d + t] = seed[t] / count;
    }
  }
  for (int g = 0; g < 16; g++) room[g] = 16, members[g] = 0;
  for (int c = 0; c < CENTROIDS; c++) group[c] = -1;
  for (int i = 0; i < CENTROIDS * 16; i++) pairs[i] = (pair){gaps[i], i};
  qsort(pairs, CENTROIDS * 16, sizeof(pair), by_gap);
  for (int i = 0; i < CENTROIDS * 16; i++) {
    int c = pairs[i].number / 16, g = pairs[i].number % 16;
    if (group[c] >= 0 || !room[g]) continue;
    group[c] = g;
    room[g]--;
  }
  for (int c = 0; c < CENTROIDS; c++) order[group[c] * 16 + members[group[c]]++] = (uint8_t)c;
  free(seeds), free(seed), free(gaps), free(pairs);
}

static void order_by_groups(float *centroids, size_t d) {
  uint8_t order[CENTROIDS];
  float *old = malloc(CENTROIDS * d * sizeof(float));
  vm_group_256(centroids, d, order);
  memcpy(old, centroids, CENTROIDS * d * sizeof(float));
  for (int p = 0; p < CENTROIDS; p++) memcpy(centroids + p * d, old + order[p] * d, d * sizeof(float));
  free(old);
}

/// The new centroids from sums and counts; an empty one takes half of the largest cluster.
static void update(train_state *s, const double *sums, const int64_t *counts) {
  int64_t sizes[CENTROIDS];
  for (int c = 0; c < CENTROIDS; c++) {
    sizes[c] = counts[c];
    for (size_t t = 0; counts[c] && t < s->d; t++)
      s->centroids[c * s->d + t] = (float)(sums[c * s->d + t] / (double)counts[c]);
  }
  for (int c = 0; c < CENTROIDS; c++) {
    if (sizes[c]) continue;
    int largest = 0;
    for (int other = 1; other < CENTROIDS; other++)
      if (sizes[other] > sizes[largest]) largest = other;
    if (sizes[largest] < 2) return;
    for (size_t t = 0; t < s->d; t++) {
      float value = s->centroids[largest * s->d + t], shift = t % 2 ? -1.0f / 1024 : 1.0f / 1024;
      s->centroids[c * s->d + t] = value * (1 + shift);
      s->centroids[largest * s->d + t] = value * (1 - shift);
    }
    sizes[c] = sizes[largest] / 2;
    sizes[largest] -= sizes[c];
  }
}

size_t vm_train_256(const float *x, size_t n, size_t d, float *centroids, size_t iterations, int (*stop)(void *),
                    void *context) {
  order_by_groups(centroids, d);
  train_state s = {.x = x, .n = n, .d = d, .centroids = centroids};
  s.assigned = calloc(n, sizeof(int32_t));
  s.lower = calloc(16 * n, sizeof(float));
  s.upper = malloc((n + 16) * sizeof(float)), s.nearest = malloc((n + 16) * sizeof(float));
  s.values = malloc(32 * d * sizeof(float));
  int32_t *before = malloc(TRAIN_BLOCK * sizeof(int32_t));
  float *old = malloc(CENTROIDS * d * sizeof(float));
  double *sums = calloc(CENTROIDS * d, sizeof(double));
  int64_t counts[CENTROIDS] = {0};
  size_t done = 0;
  int stopped = 0;
  for (size_t round = 0; round < iterations && !stopped; round++) {
    size_t changed = 0;
    for (size_t start = 0; start < n; start += TRAIN_BLOCK) {
      if (stop && start % (8 * TRAIN_BLOCK) == 0 && stop(context)) {
        stopped = 1;
        break;
      }
      size_t count = n - start < TRAIN_BLOCK ? n - start : TRAIN_BLOCK;
      memcpy(before, s.assigned + start, count * sizeof(int32_t));
      assign(&s, start, count, round > 0);
      for (size_t i = 0; i < count; i++) {
        int from = before[i], to = s.assigned[start + i];
        if (round > 0 && from == to) continue;
        const float *row = x + (start + i) * d;
        changed++;
        counts[to]++;
        for (size_t t = 0; t < d; t++) sums[to * d + t] += row[t];
        if (round == 0) continue;
        counts[from]--;
        for (size_t t = 0; t < d; t++) sums[from * d + t] -= row[t];
      }
    }
    if (!changed) break;
    done++;
    memcpy(old, centroids, CENTROIDS * d * sizeof(float));
    update(&s, sums, counts);
    for (int g = 0; g < 16; g++) {
      s.moved[g] = 0;
      for (int c = g * 16; c < g * 16 + 16; c++) {
        float moved = sqrtf(squared(old + c * d, centroids + c * d, d)) * 1.00001f;
        if (moved > s.moved[g]) s.moved[g] = moved;
      }
    }
  }
  free(s.assigned), free(s.lower), free(s.upper), free(s.nearest), free(s.values), free(before), free(old), free(sums);
  return done;
}
