#ifndef VECMILL_SPARSE_F64_H
#define VECMILL_SPARSE_F64_H

#include <stddef.h>
#include <stdint.h>

// Products of sparse and dense matrices in doubles, for the text projection. Dense matrices are row-major. Every value is
// summed in the order of the rows (or entries), one multiplication and one addition at a time, never fused: the same bits at
// every CPU level.

/// columns×width z += transpose(sparse) · dense: entry (row, c) of value v adds v · x[row] to z[c].
void vm_sparse_scatter(size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width,
                       const double *x, double *z);

/// rows×width y = sparse · z.
void vm_sparse_gather(size_t rows, const ptrdiff_t *offsets, const int32_t *columns, const double *values, size_t width,
                      const double *z, double *y);

/// (last - first)×right_width out = transpose(left columns first..<last) · right, both of `rows` rows.
void vm_dense_cross(size_t rows, size_t left_width, const double *left, size_t first, size_t last, size_t right_width,
                    const double *right, double *out);

/// rows×out_width y = x · m.
void vm_dense_times(size_t rows, size_t width, const double *x, size_t out_width, const double *m, double *y);

/// Solves q · r = x for the rows of x, in place; r is upper triangular, and a 0 on its diagonal makes the column 0.
void vm_triangular_solve(size_t rows, size_t width, const double *r, double *x);

/// width floats out = sum of values[e] · v[slots[e]], a row of v of `width` floats, summed in doubles; `sum` is room for them.
void vm_sparse_project(size_t entries, const int32_t *slots, const double *values, size_t width, const float *v, double *sum,
                       float *out);

/// Eigenvalues and eigenvectors of the symmetric n×n matrix a, by cyclic Jacobi rotations; a is overwritten. The eigenvector
/// of values[i] is row i of vectors. Not sorted.
void vm_symmetric_eigen_f64(size_t n, double *a, double *values, double *vectors);

#endif
