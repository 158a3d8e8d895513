// What the scans of codes ask of a CPU level.
#ifndef VECMILL_CODES_LEVELS_H
#define VECMILL_CODES_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "encode.h"

enum { SCAN_BLOCKS = 8 };

/// Bytes of a query's tables: `size` tables of 256, and the least of every 16 bytes of them; a multiple of 64.
static inline size_t scan_bytes_size(size_t size) { return (size * (256 + 16) + 63) / 64 * 64; }

/// Byte tables of one or two queries and the largest sum that may still be an answer.
typedef struct {
  const uint8_t *tables[2];  ///< scan_bytes_size bytes each
  uint8_t limits[2];
  int queries;
} scan_pair;

typedef struct {
  /// Sets bit l of masks[q][b] if the saturated sum of query q's bytes for code l of block b is at most its limit, for
  /// `count` (at most SCAN_BLOCKS) blocks; `ahead`, if not NULL, is memory to fetch meanwhile.
  void (*bound)(const uint8_t *blocks, size_t size, size_t count, const scan_pair *pair, uint64_t masks[2][SCAN_BLOCKS],
                const uint8_t *ahead);
  /// Writes `size` tables of 256 bytes from float tables: of 256 values with 8 bits, of two times 16 with 4 bits. A byte
  /// is its value (or each of its two values) minus the least of its table, times the scale, rounded down, at most 255.
  void (*quantize)(const float *tables, const float *least, size_t size, int bits, float scale, uint8_t *bytes);
  /// The least value of each table, and the sum of the largest magnitudes.
  float (*range)(const float *tables, size_t count, size_t values, float *least);
  /// The least value of each table.
  void (*least)(const float *tables, size_t count, size_t values, float *least);
  /// Writes the distances of 16 codes of 4 bits, whose first bytes are at `codes`, and sets a bit for each that is not above
  /// the worst; sums as vm_scan_codes has them. NULL where one code after the other is as fast.
  uint32_t (*near16)(const uint8_t *codes, size_t size, const float *tables, float base, float worst, float *distances);
} scan_level;

extern const scan_level vm_scan_avx2, vm_scan_vbmi;

#endif
