#include "jpeg_colour.h"

#include "jpeg_lanes.h"

static inline i16x8 widened(const uint8_t *from) {
  typedef uint8_t u8x8 __attribute__((vector_size(8)));
  u8x8 v;
  memcpy(&v, from, sizeof v);
  return __builtin_convertvector(v, i16x8);
}

/// a × x + b × y in 65536ths, rounded.
static inline i16x8 mixed(i16x8 x, int16_t a, i16x8 y, int16_t b) {
  return narrowed((products(low(x, y), a, b) + 32768) >> 16, (products(high(x, y), a, b) + 32768) >> 16);
}

/// Four pixels of 4 bytes each, the last of them 0, as 12 bytes and 2 that the next ones overwrite.
static inline void store_four(i16x8 pixels, uint8_t *rgb) {
  for (int i = 0; i < 2; i++) {
    uint64_t two;
    memcpy(&two, (const uint8_t *)&pixels + 8 * i, sizeof two);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    two = (two & 0xFFFFFF0000000000) | (two & 0xFFFFFF00) << 8;
#else
    two = (two & 0xFFFFFF) | (two >> 8 & 0xFFFFFF000000);
#endif
    memcpy(rgb + 6 * i, &two, sizeof two);
  }
}

void vm_jpeg_colours(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, unsigned width, uint8_t *rgb) {
  for (unsigned x = 0; x < width; x += 8, rgb += 24) {
    // Samples around zero; whole parts of the factors 1.402, -0.71414 and 1.772 are left out of the products.
    i16x8 light = widened(y + x) - 128, blue = widened(cb + x) - 128, red = widened(cr + x) - 128;
    i16x8 r = light + red + mixed(red, 26345, red, 0);
    i16x8 g = light - red + mixed(blue, -22554, red, 18734);
    i16x8 b = light + blue + blue + mixed(blue, -14942, blue, 0);
    i16x8 rg = (i16x8)samples(r, g), b0 = (i16x8)samples(b, (i16x8){0} - 128);
    // rrr…ggg… and bbb…000… to rgrg… and b0b0…, then to rgb0rgb0…
    rg = bytes_interleaved(rg);
    b0 = bytes_interleaved(b0);
    store_four(low(rg, b0), rgb);
    store_four(high(rg, b0), rgb + 12);
  }
}
