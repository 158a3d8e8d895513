#ifndef VECMILL_STATISTICS_H
#define VECMILL_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

// Double precision, plain multiplications and additions in a fixed order: the same bits on every CPU level.

/// Rows first ..< end of the d×e matrix of sums over i of (x_i - xmean)(y_i - ymean)^T; x is n×d, y is n×e.
void vm_cross(const float *x, const double *xmean, size_t d, const float *y, const double *ymean, size_t e, size_t n,
              size_t first, size_t end, double *out);

/// Eigenvalues (ascending) and eigenvectors of a symmetric n×n matrix, which is overwritten: row i is the vector of
/// value i. Householder reduction to tridiagonal form, then implicit QL. Returns 0 if it does not converge.
int vm_symmetric_eigen(double *matrix, size_t n, double *values);

/// Replaces an n×n matrix by the nearest orthogonal one, U V^T of its singular value decomposition. Returns 0 if the
/// decomposition does not converge.
int vm_nearest_orthogonal(double *matrix, size_t n);

/// The mean of the rows numbered rows[0 ..< count] of an n×d matrix, summed in that order.
void vm_mean_of_rows(const float *x, size_t d, const uint32_t *rows, size_t count, double *sum, float *mean);

#endif
