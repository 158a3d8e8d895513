#ifndef VECMILL_HITS_H
#define VECMILL_HITS_H

#include <stddef.h>
#include <stdint.h>

/// One answer of a search: smaller distances are nearer, among equal ones the lower id wins.
typedef struct {
  float distance;
  int64_t id;
} vm_hit;

/// Fills a heap of k places with the worst hit there is: +infinity, INT64_MAX.
void vm_hits_clear(vm_hit *heap, size_t k);

/// Brings a heap into ascending order of (distance, id).
void vm_hits_sort(vm_hit *heap, size_t k);

/// Offers every hit of another heap of k places; the empty ones are never taken.
void vm_hits_merge(vm_hit *heap, size_t k, const vm_hit *other);

/// Offers `count` distances to a heap whose worst hit is first. Ids are ids[i], or first + i where ids is NULL;
/// bit i % 64 of allowed[i / 64] must be set where allowed is not NULL.
void vm_hits_offer(const float *distances, size_t count, const int64_t *ids, int64_t first, const uint64_t *allowed,
                   vm_hit *heap, size_t k);

#endif
