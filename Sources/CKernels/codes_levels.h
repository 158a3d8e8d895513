// What the scan of codes.c asks of a CPU level.
#ifndef VECMILL_CODES_LEVELS_H
#define VECMILL_CODES_LEVELS_H

#include <stddef.h>
#include <stdint.h>

enum { SCAN_BLOCKS = 8 };

/// Byte tables of one or two queries and the largest sum that may still be an answer.
typedef struct {
  const uint8_t *tables[2];  ///< `size` tables of 256 bytes
  uint8_t limits[2];
  int queries;
} scan_pair;

typedef struct {
  /// Sets bit l of masks[q][b] if the saturated sum of query q's bytes for code l of block b is at most its limit, for
  /// `count` (at most SCAN_BLOCKS) blocks; `ahead`, if not NULL, is memory to fetch meanwhile.
  void (*bound)(const uint8_t *blocks, size_t size, size_t count, const scan_pair *pair, uint64_t masks[2][SCAN_BLOCKS],
                const uint8_t *ahead);
  /// bytes[i] = floor((table[i] - least) * scale), at most 255, for 256 values.
  void (*quantize)(const float *table, float least, float scale, uint8_t *bytes);
  /// The smallest of 256 values, and the largest magnitude.
  void (*range)(const float *table, float *least, float *magnitude);
} scan_level;

extern const scan_level vm_scan_avx2, vm_scan_vbmi;

#endif
