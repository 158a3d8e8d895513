// One query's scan of codes: shared by the scan of a whole store and that of inverted lists.
#ifndef VECMILL_CODES_SCAN_H
#define VECMILL_CODES_SCAN_H

#include "codes.h"
#include "codes_levels.h"

/// One query on its way through the codes.
typedef struct {
  const float *tables;
  vm_hit *heap;
  uint8_t *bytes;  ///< room for scan_bytes_size bytes
  float *least;    ///< the least value of each float table
  float base;      ///< added to every sum
  float floor;     ///< base and the least value of every table: no distance is below it
  float error;     ///< more than rounding can change a distance
  float scale;     ///< of the bytes; 0 if there are none yet
  uint8_t limit;
} scan_query;

/// The level to scan with; NULL for the portable way.
const scan_level *vm_scan_level(void);

/// Sets floor and error from the least values and the sum of the tables' largest magnitudes.
void vm_scan_prepare(scan_query *q, size_t size, uint32_t bits, float magnitude);

/// Scans all codes for one query, whose least values are known; with bytes of an earlier scan, if scale is not 0.
void vm_scan_one(const vm_codes *codes, scan_query *q, size_t k, const scan_level *level);

#endif
