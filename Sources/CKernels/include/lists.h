#ifndef VECMILL_LISTS_H
#define VECMILL_LISTS_H

#include "codes.h"
#include "encode.h"

/// Where an inverted list lies in its store: a multiple of 64, and how many vectors.
typedef struct {
  size_t start;
  size_t count;
} vm_span;

/// The inverted lists of an index of codes.
typedef struct {
  vm_codes codes;  ///< the whole store; `count` and `first` are not used
  const vm_span *spans;
  const float *centroids;  ///< one a list
  const vm_quantizer *quantizer;
  float largest_half;  ///< the sum over parts of the largest half squared norm of a centroid
  int product;         ///< inner products instead of squared distances
  int by_residual;
} vm_lists;

/// Offers the codes of some lists to one query's heap of k hits.
///
/// `probes` are list numbers as ids, with the distances of their centroids. With squared distances the hits come out with
/// half of them, |x - y|^2 / 2: summed from |r|^2 / 2 and the tables |c|^2 / 2 - <r, c> of the query's residual r.
void vm_scan_lists(const vm_lists *lists, const float *x, const vm_hit *probes, size_t count, vm_hit *heap, size_t k);

/// The same for n queries, `nprobe` probes each (nearest first), `list_count` lists in all: list after list, so that codes are
/// fetched from memory once for all queries that visit them.
void vm_scan_lists_batch(const vm_lists *lists, size_t list_count, const float *x, size_t n, const vm_hit *probes,
                         size_t nprobe, vm_hit *heaps, size_t k);

#endif
