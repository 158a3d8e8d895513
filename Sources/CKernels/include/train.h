#ifndef VECMILL_TRAIN_H
#define VECMILL_TRAIN_H

#include <stddef.h>
#include <stdint.h>

/// Lloyd's k-means of 256 centroids on n points of d values, pruned by bounds: 16 groups of 16 centroids, one lower bound a
/// group and point. Centroids come in as the start and are reordered, so that each group's lie together. Points keep their
/// centroid when another is just as near. Returns the iterations that changed an assignment. `stop`, if not NULL, is asked
/// about every 16,000 points with its context; once it says other than 0, the training ends early, its result to be thrown away.
///
/// Ding et al., "Yinyang K-Means", 2015; here with all points of a block going over one group after the other.
size_t vm_train_256(const float *x, size_t n, size_t d, float *centroids, size_t iterations, int (*stop)(void *),
                    void *context);

/// Brings 256 centroids into 16 groups of 16 near ones: order[p] is the number of the centroid at place p.
void vm_group_256(const float *centroids, size_t d, uint8_t *order);

#endif
