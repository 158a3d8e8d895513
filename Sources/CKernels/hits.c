#include "hits.h"

#include <math.h>

#include "hits_inline.h"

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
    float worst = heap[0].distance;
    uint64_t near = 0;
    for (size_t i = start; i < end; i++) near |= (uint64_t)(distances[i] <= worst) << (i - start);
    if (allowed) near &= allowed[start / 64];
    for (; near; near &= near - 1) {
      size_t i = start + (size_t)__builtin_ctzll(near);
      vm_hits_push(heap, k, distances[i], ids ? ids[i] : first + (int64_t)i);
    }
  }
}
