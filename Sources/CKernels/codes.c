#include "codes.h"

#include "levels.h"
#include "panels.h"

typedef uint8_t v16b __attribute__((ext_vector_type(16), aligned(1)));

/// to[t * 64 + i] = from[i * size + t] of 16 codes and 16 bytes. Interleaving row i with row i + 8 moves every bit of an
/// element's address up by one place; four times over that exchanges row and column.
static void transpose16(const uint8_t *from, size_t size, uint8_t *to) {
  v16b a[16], b[16];
  UNROLL for (int i = 0; i < 16; i++) a[i] = *(const v16b *)(from + (size_t)i * size);
  UNROLL for (int round = 0; round < 4; round++) {
    UNROLL for (int i = 0; i < 8; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLL for (int i = 0; i < 16; i++) a[i] = b[i];
  }
  UNROLL for (int i = 0; i < 16; i++) *(v16b *)(to + (size_t)i * 64) = a[i];
}

void vm_pack_codes(const uint8_t *codes, size_t count, size_t size, size_t first, uint8_t *blocks) {
  size_t i = 0;
  while (i < count) {
    size_t vector = first + i;
    uint8_t *to = blocks + vector / 64 * 64 * size + vector % 64;
    const uint8_t *from = codes + i * size;
    if (vector % 16 == 0 && count - i >= 16 && size >= 16) {
      // The last bytes overlap those before them.
      for (size_t t = 0; t < size; t += 16) {
        size_t at = t + 16 <= size ? t : size - 16;
        transpose16(from + at, size, to + at * 64);
      }
      i += 16;
    } else {
      for (size_t m = 0; m < size; m++) to[m * 64] = from[m];
      i++;
    }
  }
}

void vm_pack_fast_scan(const uint8_t *packed, size_t count, size_t pairs, uint8_t *blocks) {
  for (size_t first = 0; first < count; first += 32) {
    uint8_t *to = blocks + first / 64 * 64 * pairs + first % 64;
    for (size_t pair = 0; pair < pairs; pair++) {
      const v16b *from = (const v16b *)(packed + (first * pairs + pair * 32));
      v16b even = from[0], odd = from[1];
      v16b low = (even & 15) | (odd << 4), high = (even >> 4) | (odd & 240);
      // Vectors lie as 0, 8, 1, 9, ...
      v16b *out = (v16b *)(to + pair * 64);
      out[0] = __builtin_shufflevector(low, low, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
      out[1] = __builtin_shufflevector(high, high, 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
    }
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
