#ifndef VECMILL_JPEG_HUFFMAN_H
#define VECMILL_JPEG_HUFFMAN_H

#include <stddef.h>
#include <stdint.h>

/// Bits that one look-up sees: two symbols with their values mostly fit, and a table is 16 KiB of the first cache.
enum { VM_AC_BITS = 12, VM_DC_BITS = 10 };

/// So many bytes are read for a block at most: 64 codes of 16 bits with values of 15, and what the window holds beyond.
enum { VM_BLOCK_BYTES = 264 };

/// A dequantized coefficient beyond this is unusual: there libjpeg's vector code, of 16 bits, and its plain one differ.
enum { VM_LARGEST_COEFFICIENT = 16383 };

/// Canonical codes (T.81, Annex C), found by comparing: those of n bits are below limits[n] if written in 16 bits.
typedef struct {
  uint32_t limits[17];
  int offsets[17];  ///< from a code of n bits to its place in symbols
  const uint8_t *symbols;
} vm_huffman_codes;

typedef struct {
  vm_huffman_codes codes;
  uint32_t table[1 << VM_DC_BITS];  ///< difference << 8 | bits of code and difference; 0: search the codes
} vm_huffman_dc;

typedef struct {
  vm_huffman_codes codes;
  uint32_t table[1 << VM_AC_BITS];  ///< see jpeg_huffman.c
} vm_huffman_ac;

/// Bits of one segment, from which stuffed bytes are taken out.
typedef struct {
  uint64_t window;  ///< the next bits, from the highest down
  unsigned held;    ///< how many of the window's bits are counted as read from next
  const uint8_t *next, *end;
} vm_bits;

/// Builds a table from the counts of codes of 1 to 16 bits and their symbols; 0 if libjpeg would refuse them.
int vm_huffman_dc_build(vm_huffman_dc *dc, const uint8_t counts[17], const uint8_t symbols[256]);

/// The same for AC. Values beyond `largest` are checked one by one; `scratch` has a table's size.
int vm_huffman_ac_build(
    vm_huffman_ac *ac, const uint8_t counts[17], const uint8_t symbols[256], int largest, uint32_t *scratch);

/// What the blocks of one component have in common.
typedef struct {
  const vm_huffman_dc *dc_table;
  const vm_huffman_ac *ac_table;
  uint16_t quantizers[64];  ///< in natural order
  int dc;                   ///< the last block's
} vm_coded;

/// Reads blocks of these components, one behind the other: quantized coefficients in natural order. One place behind
/// the last block is overwritten. It reads beyond the end if there are too few bits: see vm_bits_overrun. 0 if anything
/// is unusual.
int vm_huffman_blocks(vm_bits *bits, vm_coded *const *components, int count, int16_t *blocks);

/// Whether more bits were used than the segment has.
static inline int vm_bits_overrun(const vm_bits *bits) {
  return bits->next - (ptrdiff_t)(bits->held / 8) > bits->end;
}

#endif
