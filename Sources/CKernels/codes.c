#include "codes.h"

#include "panels.h"

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
