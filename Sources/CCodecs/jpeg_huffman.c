// Huffman codes of sequential JPEG (T.81, F.2.2), at most look-ups two coefficients at once.
#include "jpeg_huffman.h"

#include <stdlib.h>
#include <string.h>

// An entry of the AC table, from its lowest bit: 6 bits length of all codes and values (shifts take such a number as it
// is), 5 bits step to the first coefficient, 7 bits step from there to the second, 8 bits first value, 6 bits second
// value. A second step of 0 is none, and of EOB the end of the block. ESCAPE says that code and value are longer than
// the table sees: then the length is the code's and the first value its symbol, or the code itself is longer and it
// is 0.
enum { EOB = 64, ESCAPE = 65 };

static inline uint32_t entry(unsigned length, unsigned step, int value, unsigned second_step, int second) {
  return length | step << 6 | second_step << 11 | (uint32_t)(value & 0xFF) << 18 | (uint32_t)(second & 0x3F) << 26;
}

static inline unsigned length_of(uint32_t e) { return e & 63; }
static inline unsigned step_of(uint32_t e) { return e >> 6 & 31; }
static inline unsigned second_step_of(uint32_t e) { return e >> 11 & 127; }
static inline int value_of(uint32_t e) { return (int8_t)(e >> 18); }
static inline int second_value_of(uint32_t e) { return (int32_t)e >> 26; }

/// Zigzag to natural order; steps beyond the block lead to a 65th place.
static const uint8_t places[64 + 16 + ESCAPE] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,
    7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
    53, 60, 61, 54, 47, 55, 62, 63, [64 ... 63 + 16 + ESCAPE] = 64};

/// The value of `size` bits (T.81, F.2.2.1): the lower half of all is negative.
static inline int extended(unsigned bits, unsigned size) {
  int value = (int)bits;
  return value - (value < (1 << size >> 1) ? (1 << size) - 1 : 0);
}

static int codes_build(vm_huffman_codes *codes, const uint8_t counts[17], const uint8_t symbols[256]) {
  unsigned code = 0, place = 0;
  codes->symbols = symbols;
  for (unsigned n = 1; n <= 16; n++) {
    codes->offsets[n] = (int)place - (int)code;
    code += counts[n];
    place += counts[n];
    if (code >= 1U << n) return 0;  // all ones is no code
    codes->limits[n] = code << (16 - n);
    code <<= 1;
  }
  return place <= 256;
}

int vm_huffman_dc_build(vm_huffman_dc *dc, const uint8_t counts[17], const uint8_t symbols[256]) {
  if (!codes_build(&dc->codes, counts, symbols)) return 0;
  uint32_t *out = dc->table, *end = out + (1 << VM_DC_BITS);
  for (unsigned n = 1; n <= 16; n++)
    for (unsigned i = 0; i < counts[n]; i++) {
      unsigned size = *symbols++, total = n + size;
      if (size > 15) return 0;
      if (n > VM_DC_BITS) continue;
      if (total > VM_DC_BITS) {
        for (unsigned k = 0; k < 1U << (VM_DC_BITS - n); k++) *out++ = 0;
        continue;
      }
      for (unsigned v = 0; v < 1U << size; v++) {
        uint32_t e = (uint32_t)extended(v, size) << 8 | total;
        for (unsigned k = 0; k < 1U << (VM_DC_BITS - total); k++) *out++ = e;
      }
    }
  while (out < end) *out++ = 0;
  return 1;
}

/// One symbol an entry.
static void fill_single(uint32_t *out, const uint8_t counts[17], const uint8_t symbols[256], int largest) {
  uint32_t *end = out + (1 << VM_AC_BITS);
  for (unsigned n = 1; n <= VM_AC_BITS; n++)
    for (unsigned i = 0; i < counts[n]; i++) {
      unsigned symbol = *symbols++, run = symbol >> 4, size = symbol & 15, total = n + size;
      uint32_t escape = entry(n, 1, (int)symbol, ESCAPE, 0);
      if (total > VM_AC_BITS || size > 7) {
        for (unsigned k = 0; k < 1U << (VM_AC_BITS - n); k++) *out++ = escape;
        continue;
      }
      for (unsigned v = 0; v < 1U << size; v++) {
        int value = extended(v, size);
        uint32_t e = entry(total, run + 1, value, 0, value);
        if (size == 0 && run < 15) e = entry(total, 1, 0, EOB, 0);
        if (value > largest || -value > largest) e = escape;
        for (unsigned k = 0; k < 1U << (VM_AC_BITS - total); k++) *out++ = e;
      }
    }
  while (out < end) *out++ = entry(0, 1, 0, ESCAPE, 0);
}

int vm_huffman_ac_build(
    vm_huffman_ac *ac, const uint8_t counts[17], const uint8_t symbols[256], int largest, uint32_t *scratch) {
  if (!codes_build(&ac->codes, counts, symbols)) return 0;
  fill_single(scratch, counts, symbols, largest);
  for (unsigned i = 0; i < 1U << VM_AC_BITS; i++) {
    uint32_t first = scratch[i], next = scratch[i << length_of(first) & ((1U << VM_AC_BITS) - 1)];
    unsigned total = length_of(first) + length_of(next), step = second_step_of(next) == EOB ? EOB : step_of(next);
    int value = value_of(next);
    int fits = second_step_of(first) == 0 && second_step_of(next) != ESCAPE && total <= VM_AC_BITS;
    fits &= value >= -32 && value < 32;
    ac->table[i] = fits ? entry(total, step_of(first), value_of(first), step, value) : first;
  }
  return 1;
}

/// At least 56 bits from here on, and bits beyond those counted are the true ones or not there yet.
static inline void refill(vm_bits *b) {
  uint64_t more;
  memcpy(&more, b->next, sizeof more);
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  more = __builtin_bswap64(more);
#endif
  b->window |= more >> b->held;
  b->next += (63 - b->held) >> 3;
  b->held |= 56;
}

static inline void drop(vm_bits *b, unsigned count) {
  b->window <<= count & 63;
  b->held -= count & 63;
}

static inline unsigned take(vm_bits *b, unsigned count) {
  unsigned value = (unsigned)(b->window >> 1 >> (63 - count));
  drop(b, count);
  return value;
}

/// The next symbol, whose code has at least n bits; -1 if it is none.
static inline int search(const vm_huffman_codes *codes, vm_bits *b, unsigned n) {
  unsigned peek = (unsigned)(b->window >> 48);
  while (n <= 16 && peek >= codes->limits[n]) n++;
  if (n > 16) return -1;
  drop(b, n);
  return codes->symbols[(int)(peek >> (16 - n)) + codes->offsets[n]];
}

static inline int read_dc(vm_bits *b, const vm_huffman_dc *t, int *difference) {
  refill(b);
  uint32_t e = t->table[b->window >> (64 - VM_DC_BITS)];
  *difference = (int32_t)e >> 8;
  drop(b, e);
  if (e) return 1;
  int size = search(&t->codes, b, 1);
  if (size < 0) return 0;
  *difference = extended(take(b, (unsigned)size), (unsigned)size);
  return 1;
}

/// What the table does not tell, one symbol: the place after it; 64 at the end of the block, 0 if it is unusual.
static inline unsigned read_ac(
    vm_bits *b, const vm_huffman_ac *t, uint32_t e, const uint16_t quantizers[64], unsigned k, int16_t *block) {
  refill(b);
  int symbol = value_of(e) & 0xFF;
  if (second_step_of(e) == ESCAPE && length_of(e))
    drop(b, length_of(e));
  else
    symbol = search(&t->codes, b, 1);
  if (symbol < 0) return 0;
  unsigned size = (unsigned)symbol & 15;
  if (size == 0 && symbol >> 4 < 15) return 64;
  k += (unsigned)(symbol >> 4) + 1;
  if (k > 63) return 0;
  int value = extended(take(b, size), size), place = places[k];
  if (abs(value * quantizers[place]) > VM_LARGEST_COEFFICIENT) return 0;
  block[place] = (int16_t)value;
  return k;
}

/// One block; 0 if it is unusual.
static inline int read_block(vm_bits *b, vm_coded *c, int16_t *block) {
  int difference;
  memset(block, 0, 64 * sizeof *block);
  if (!read_dc(b, c->dc_table, &difference)) return 0;
  c->dc += difference;
  for (unsigned k = 0; k < 63;) {
    refill(b);
    // Four look-ups use at most 48 of 56 bits, so that a sum of whole entries has that of their lengths in its lowest
    // six: one instruction less in the chain from look-up to look-up, which sets the pace.
    uint32_t sum = 0, e = 0;
    unsigned first = 0, second = 0;
    for (int i = 0; i < 4; i++) {
      e = c->ac_table->table[b->window >> (64 - VM_AC_BITS)];
      first = k + step_of(e);
      second = first + second_step_of(e);
      block[places[second]] = (int16_t)second_value_of(e);
      block[places[first]] = (int16_t)value_of(e);
      if (second >= 63) break;
      k = second;
      b->window <<= length_of(e);
      sum += e;
    }
    b->held -= length_of(sum);
    if (second < 63) continue;
    if (second == 63 || (second_step_of(e) == EOB && first < 63)) {
      drop(b, length_of(e));
      break;
    }
    // An ESCAPE, or an entry whose first symbol ends the block, so that its second belongs to the next one.
    block[places[first]] = 0;
    k = read_ac(b, c->ac_table, e, c->quantizers, k, block);
    if (k == 0) return 0;
  }
  block[0] = (int16_t)c->dc;
  return abs(c->dc * c->quantizers[0]) <= VM_LARGEST_COEFFICIENT;
}

int vm_huffman_blocks(vm_bits *bits, vm_coded *const *components, int count, int16_t *blocks) {
  vm_bits b = *bits;
  for (int i = 0; i < count; i++)
    if (!read_block(&b, components[i], blocks + (ptrdiff_t)i * 64)) return 0;
  *bits = b;
  return 1;
}
