#include "hits.h"

#include <math.h>

#include "cpu_level.h"
#include "hits_inline.h"
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

LEVEL_AVX512 static uint64_t near_avx512(const float *distances, float worst) {
  uint64_t near = 0;
  UNROLL for (int i = 0; i < 64; i += 16) {
    __m512 some = _mm512_loadu_ps(distances + i);
    near |= (uint64_t)_mm512_cmp_ps_mask(some, _mm512_set1_ps(worst), _CMP_LE_OQ) << i;
  }
  return near;
}

LEVEL_AVX2 static uint64_t near_avx2(const float *distances, float worst) {
  uint64_t near = 0;
  UNROLL for (int i = 0; i < 64; i += 8) {
    __m256 less = _mm256_cmp_ps(_mm256_loadu_ps(distances + i), _mm256_set1_ps(worst), _CMP_LE_OQ);
    near |= (uint64_t)(uint32_t)_mm256_movemask_ps(less) << i;
  }
  return near;
}
#endif

/// A bit for each of at most 64 distances that is not above the worst.
static uint64_t near_of(const float *distances, size_t count, float worst) {
#if defined(__x86_64__)
  int level = vm_cpu_level();
  if (count == 64 && level >= VM_CPU_AVX512) return near_avx512(distances, worst);
  if (count == 64 && level >= VM_CPU_AVX2) return near_avx2(distances, worst);
#endif
  uint64_t near = 0;
  for (size_t i = 0; i < count; i++) near |= (uint64_t)(distances[i] <= worst) << i;
  return near;
}

void vm_hits_clear(vm_hit *heap, size_t k) {
  for (size_t i = 0; i < k; i++) heap[i] = (vm_hit){INFINITY, INT64_MAX};
}

void vm_hits_sort(vm_hit *heap, size_t k) {
  for (size_t end = k; end > 1; end--) {
    vm_hit worst = heap[0], last = heap[end - 1];
    vm_hits_replace(heap, end - 1, last);
    heap[end - 1] = worst;
  }
}

void vm_hits_merge(vm_hit *heap, size_t k, const vm_hit *other) {
  for (size_t i = 0; i < k; i++) vm_hits_push(heap, k, other[i].distance, other[i].id);
}

void vm_hits_offer(const float *distances, size_t count, const int64_t *ids, int64_t first, const uint64_t *allowed,
                   vm_hit *heap, size_t k) {
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    uint64_t near = near_of(distances + start, end - start, heap[0].distance);
    if (allowed) near &= allowed[start / 64];
    for (; near; near &= near - 1) {
      size_t i = start + (size_t)__builtin_ctzll(near);
      vm_hits_push(heap, k, distances[i], ids ? ids[i] : first + (int64_t)i);
    }
  }
}
