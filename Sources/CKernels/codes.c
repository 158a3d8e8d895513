#include "codes.h"

#include <string.h>

#include "cpu_level.h"
#include "hits_inline.h"
#include "panels.h"

#pragma STDC FP_CONTRACT OFF

void vm_pack_codes(const uint8_t *codes, size_t count, size_t size, size_t first, uint8_t *blocks) {
  for (size_t i = 0; i < count; i++) {
    size_t vector = first + i;
    uint8_t *to = blocks + vector / 64 * 64 * size + vector % 64;
    for (size_t m = 0; m < size; m++) to[m * 64] = codes[i * size + m];
  }
}

void vm_unpack_codes(const uint8_t *blocks, size_t first, size_t count, size_t size, uint8_t *codes) {
  for (size_t i = 0; i < count; i++) {
    size_t vector = first + i;
    const uint8_t *from = blocks + vector / 64 * 64 * size + vector % 64;
    for (size_t m = 0; m < size; m++) codes[i * size + m] = from[m * 64];
  }
}

/// The distances of one block of 64 codes.
static void block_distances(const uint8_t *block, uint32_t size, uint32_t bits, const float *table, float base,
                            float *out) {
  float even[64] = {0}, odd[64] = {0};
  if (bits == 8) {
    for (uint32_t m = 0; m < size; m++) {
      float *sum = m % 2 ? odd : even;
      for (int lane = 0; lane < 64; lane++) sum[lane] += table[m * 256 + block[m * 64 + lane]];
    }
  } else {
    for (uint32_t m = 0; m < size; m++)
      for (int lane = 0; lane < 64; lane++) {
        even[lane] += table[m * 32 + (block[m * 64 + lane] & 15)];
        odd[lane] += table[m * 32 + 16 + (block[m * 64 + lane] >> 4)];
      }
  }
  for (int lane = 0; lane < 64; lane++) out[lane] = base + (even[lane] + odd[lane]);
}

static void scan_portable(const vm_codes *codes, const float *tables, const float *bases, size_t queries,
                          vm_hit *heaps, size_t k) {
  const size_t table = vm_table_size(codes), stride = (size_t)codes->size * 64;
  float out[64];
  for (size_t start = 0; start < codes->count; start += 64) {
    size_t count = codes->count - start < 64 ? codes->count - start : 64;
    const uint8_t *block = codes->blocks + start / 64 * stride;
    if (codes->allowed && !codes->allowed[start / 64]) continue;
    for (size_t q = 0; q < queries; q++) {
      block_distances(block, codes->size, codes->bits, tables + q * table, bases[q], out);
      vm_hits_offer(out, count, codes->ids ? codes->ids + start : NULL, codes->first + (int64_t)start,
                    codes->allowed ? codes->allowed + start / 64 : NULL, heaps + q * k, k);
    }
  }
}

void vm_scan_codes(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                   size_t k) {
  scan_portable(codes, tables, bases, queries, heaps, k);
}

enum { ROWS = 256, QUERIES = 48 };

void vm_scan_rows(const vm_rows *rows, const float *x, size_t queries, int product, vm_hit *heaps, size_t k) {
  const size_t d = rows->d;
  float out[QUERIES * ROWS];
  for (size_t start = 0; start < rows->count; start += ROWS) {
    size_t count = rows->count - start < ROWS ? rows->count - start : ROWS;
    const float *panels = rows->panels + start * d;
    for (size_t q = 0; q < queries; q += QUERIES) {
      size_t some = queries - q < QUERIES ? queries - q : QUERIES;
      if (product) vm_scores(x + q * d, some, d, panels, NULL, count, d, out, ROWS);
      else vm_squared(x + q * d, some, d, panels, count, d, out, ROWS);
      for (size_t i = 0; i < some; i++)
        vm_hits_offer(out + i * ROWS, count, rows->ids ? rows->ids + start : NULL, rows->first + (int64_t)start,
                      rows->allowed ? rows->allowed + start / 64 : NULL, heaps + (q + i) * k, k);
    }
  }
}
