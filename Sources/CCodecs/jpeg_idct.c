// Inverse DCTs of 8 × 8 coefficients to 8, 4, 2 and 1 samples a side: columns, then rows, in fixed point. Every output
// is a sum of products, so that two of them at once are one instruction where there is `pmaddwd`.
#include "jpeg_idct.h"

#include "jpeg_lanes.h"

enum { POINT = 13, KEPT = 2, LAST = POINT + KEPT + 3 };  // fractional bits: of factors, between the passes, of sums

/// One-dimensional transforms of four columns at once, whose coefficients come in pairs. The factors are those of the
/// algorithm of Loeffler, Ligtenberg and Moschytz, multiplied out.
static inline void transform(int size, i16x8 p04, i16x8 p26, i16x8 p13, i16x8 p57, int shift, i32x4 *out) {
  i32x4 even[4], odd[4];
  if (size == 8) {
    i32x4 e0 = products(p04, 8192, 8192), e1 = products(p04, 8192, -8192);
    i32x4 e2 = products(p26, 4433, -10704), e3 = products(p26, 10703, 4433);
    even[0] = e0 + e3;
    even[1] = e1 + e2;
    even[2] = e1 - e2;
    even[3] = e0 - e3;
    odd[0] = products(p13, 11363, 9633) + products(p57, 6437, 2260);
    odd[1] = products(p13, 9633, -2259) + products(p57, -11362, -6436);
    odd[2] = products(p13, 6437, -11362) + products(p57, 2261, 9633);
    odd[3] = products(p13, 2260, -6436) + products(p57, 9633, -11363);
  } else if (size == 4) {
    i32x4 e0 = products(p04, 16384, 0), e2 = products(p26, 15137, -6270);
    even[0] = e0 + e2;
    even[1] = e0 - e2;
    odd[0] = products(p13, 20995, 7373) + products(p57, -4926, -4176);
    odd[1] = products(p13, 8697, -17799) + products(p57, 11893, -1730);
    shift += 1;
  } else {
    even[0] = products(p04, 16384, 0) * 2;
    odd[0] = products(p13, 29692, -10426) + products(p57, 6967, -5906);
    shift += 2;
  }
  for (int i = 0; i < size / 2; i++) {
    even[i] += 1 << (shift - 1);
    out[i] = (even[i] + odd[i]) >> shift;
    out[size - 1 - i] = (even[i] - odd[i]) >> shift;
  }
}

static inline void transform_columns(int size, const i16x8 *v, int shift, i16x8 *out) {
  i32x4 left[8], right[8];
  i16x8 fourth = size == 8 ? v[4] : v[0];  // else multiplied by 0
  transform(size, low(v[0], fourth), low(v[2], v[6]), low(v[1], v[3]), low(v[5], v[7]), shift, left);
  transform(size, high(v[0], fourth), high(v[2], v[6]), high(v[1], v[3]), high(v[5], v[7]), shift, right);
  for (int y = 0; y < size; y++) out[y] = narrowed(left[y], right[y]);
}

/// The first pass: `size` rows of eight columns each.
static inline void to_rows(int size, const int16_t *block, const uint16_t *quantizers, i16x8 *rows) {
  i16x8 v[8];
  for (int y = 0; y < 8; y++) v[y] = loaded(block + 8 * y) * loaded(quantizers + 8 * y);
  transform_columns(size, v, POINT - KEPT, rows);
}

/// Notes if a first pass overflows 15 bits, or samples are so far from any that libjpeg's table wraps around.
static inline void note(uint16_t strange[8], i16x8 kept, i16x8 far) {
  i16x8 bits = loaded(strange) | (kept & INT16_MIN) | (far & ~1023);
  memcpy(strange, &bits, sizeof bits);
}

static void idct8(
    const int16_t *block, const uint16_t *quantizers, uint8_t *out, size_t stride, uint16_t strange[8]) {
  i16x8 v[8], kept = {0}, far = {0};
  to_rows(8, block, quantizers, v);
  for (int y = 0; y < 8; y++) kept |= v[y] + 16384;
  interleave(v, 8, 3);
  transform_columns(8, v, LAST, v);
  interleave(v, 8, 3);
  for (int y = 0; y < 8; y++) {
    far |= v[y] + 512;
    u8x16 bytes = samples(v[y], v[y]);
    memcpy(out + (size_t)y * stride, &bytes, 8);
  }
  note(strange, kept, far);
}

/// The second pass over four rows: a block of 4 × 4, or two of 2 × 2. Then the samples go by rows again.
static inline u8x16 of_four_rows(int size, i16x8 *rows, uint16_t strange[8]) {
  i16x8 kept = (rows[0] + 16384) | (rows[1] + 16384) | (rows[2] + 16384) | (rows[3] + 16384), v[2];
  i32x4 columns[4];
  interleave(rows, 4, 2);  // two columns a vector
  i16x8 p04 = low(rows[0], rows[2]), p26 = low(rows[1], rows[3]);
  i16x8 p13 = high(rows[0], rows[1]), p57 = high(rows[2], rows[3]);
  transform(size, p04, p26, p13, p57, LAST, columns);
  v[0] = narrowed(columns[0], columns[1]);
  v[1] = size == 4 ? narrowed(columns[2], columns[3]) : narrowed(columns[1], columns[0]);
  note(strange, kept, (v[0] + 512) | (v[1] + 512));
  if (size == 4)
    interleave(v, 2, 2);
  else
    v[0] = low(v[0], v[1]);
  return samples(v[0], v[1]);
}

static void idct4(
    const int16_t *block, const uint16_t *quantizers, uint8_t *out, size_t stride, uint16_t strange[8]) {
  i16x8 rows[4];
  to_rows(4, block, quantizers, rows);
  i32x4 four = (i32x4)of_four_rows(4, rows, strange);
  for (int y = 0; y < 4; y++) memcpy(out + (size_t)y * stride, &(int32_t){four[y]}, 4);
}

static void idct2(
    int count, const int16_t *blocks, const uint16_t *quantizers, uint8_t *out, size_t stride, uint16_t strange[8]) {
  i16x8 one[2], other[2] = {{0}};
  to_rows(2, blocks, quantizers, one);
  if (count == 2) to_rows(2, blocks + 64, quantizers, other);
  i32x4 two = (i32x4)of_four_rows(2, (i16x8[]){one[0], other[0], one[1], other[1]}, strange);
  for (int y = 0; y < 2; y++) memcpy(out + (size_t)y * stride, &(int32_t){two[y]}, count == 2 ? 4 : 2);
}

void vm_jpeg_idct(
    int size, int count, const int16_t *blocks, const uint16_t quantizers[64], uint8_t *out, size_t stride,
    uint16_t strange[8]) {
  if (size == 2 && count == 2) {
    idct2(2, blocks, quantizers, out, stride, strange);
    return;
  }
  for (int i = 0; i < count; i++, blocks += 64, out += size) {
    if (size == 8) idct8(blocks, quantizers, out, stride, strange);
    if (size == 4) idct4(blocks, quantizers, out, stride, strange);
    if (size == 2) idct2(1, blocks, quantizers, out, stride, strange);
    if (size != 1) continue;
    int mean = (blocks[0] * (int)quantizers[0] + 4) >> 3;
    *out = (uint8_t)(mean < -128 ? 0 : mean > 127 ? 255 : mean + 128);
    strange[0] |= (uint16_t)(mean + 512) & 0xFC00;
  }
}
