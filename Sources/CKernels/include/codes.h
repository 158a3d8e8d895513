#ifndef VECMILL_CODES_H
#define VECMILL_CODES_H

#include <stddef.h>
#include <stdint.h>

#include "hits.h"

// Codes are kept in blocks of 64 vectors, byte after byte: blocks[(b * size + m) * 64 + lane] is byte m of the code of
// vector b * 64 + lane. With 8 bits a byte is one sub-quantizer's number, with 4 bits it is two, the even one low.

enum { VM_BLOCK = 64 };

/// Bytes that `count` codes of `size` bytes take in blocks.
static inline size_t vm_blocks_size(size_t count, size_t size) { return (count + 63) / 64 * 64 * size; }

/// Writes codes (one after the other) as vectors first, first + 1, ... of the blocks.
void vm_pack_codes(const uint8_t *codes, size_t count, size_t size, size_t first, uint8_t *blocks);

/// Writes the 4-bit codes of Faiss' fast scan into blocks: 32 vectors after 32, 32 bytes for every `pairs` bytes of a code.
void vm_pack_fast_scan(const uint8_t *packed, size_t count, size_t pairs, uint8_t *blocks);

/// The opposite of vm_pack_codes.
void vm_unpack_codes(const uint8_t *blocks, size_t first, size_t count, size_t size, uint8_t *codes);

/// A run of codes to scan.
typedef struct {
  const uint8_t *blocks;
  const int64_t *ids;       ///< an id a vector, or NULL: first + position
  const uint64_t *allowed;  ///< a word of bits a block, or NULL: all
  size_t count;             ///< vectors
  int64_t first;
  uint32_t size;  ///< bytes a code
  uint32_t bits;  ///< 8 or 4
} vm_codes;

/// Floats of one query's tables: `size` tables of 256 with 8 bits, 2 * `size` tables of 16 with 4 bits.
static inline size_t vm_table_size(const vm_codes *codes) {
  return codes->bits == 8 ? (size_t)codes->size * 256 : (size_t)codes->size * 32;
}

/// Offers every code's distance to every query's heap: base + (sum over even bytes + sum over odd bytes), each in order;
/// with 4 bits a byte's distance is that of its even sub-quantizer plus that of its odd one.
///
/// Tables follow one another, query after query, as do heaps of k hits.
void vm_scan_codes(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                   size_t k);

/// A run of vectors in panels (panels.h) to scan; `count` of `d` values.
typedef struct {
  const float *panels;
  const int64_t *ids;
  const uint64_t *allowed;
  size_t count;
  int64_t first;
  size_t d;
} vm_rows;

/// Offers every row's squared distance to (or, if `product`, negated inner product with) every query to its heap.
void vm_scan_rows(const vm_rows *rows, const float *x, size_t queries, int product, vm_hit *heaps, size_t k);

#endif
