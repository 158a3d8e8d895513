// The heap of hits, for the kernels that push into it.
#ifndef VECMILL_HITS_INLINE_H
#define VECMILL_HITS_INLINE_H

#include "hits.h"

static inline int vm_hit_worse(vm_hit a, vm_hit b) {
  // Without branches, and without the test for NaN that == needs.
  return (a.distance >= b.distance) & ((a.distance > b.distance) | (a.id > b.id));
}

/// Puts `hit` in the place of the root (the worst), and restores the heap.
static inline void vm_hits_replace(vm_hit *heap, size_t k, vm_hit hit) {
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= k) break;
    if (child + 1 < k && vm_hit_worse(heap[child + 1], heap[child])) child++;
    if (!vm_hit_worse(heap[child], hit)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = hit;
}

/// 1 if the hit was taken.
static inline int vm_hits_push(vm_hit *heap, size_t k, float distance, int64_t id) {
  vm_hit hit = {distance, id};
  if (!vm_hit_worse(heap[0], hit)) return 0;
  vm_hits_replace(heap, k, hit);
  return 1;
}

#endif
