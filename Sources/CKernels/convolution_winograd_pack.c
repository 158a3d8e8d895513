#include "convolution_winograd.h"

// Layout: blocks of 16 output channels; in each the points, one after the other; in each the pairs of inputs, 16 channels by two 16-bit
// values, so that a kernel reads its weights from first to last.

enum { CHANNELS = 16 };

/// Sums of products with bytes stay below 2^(31 - shift) in absolute value.
static int sums_fit(const vm_convolution *c, const int8_t *weights, int32_t shift) {
  const int32_t depth = 9 * c->inputs;
  for (int32_t o = 0; o < c->outputs; o++, weights += depth) {
    int64_t most = 0, least = 0;
    for (int32_t k = 0; k < depth; k++) {
      if (weights[k] > 0) most += weights[k];
      else least -= weights[k];
    }
    if (255 * (most > least ? most : least) >= (int64_t)1 << (31 - shift)) return 0;
  }
  return 1;
}

int32_t vm_winograd_tile(const vm_convolution *c, const int8_t *weights, const vm_tensor *output) {
  if (c->size != 3 || c->stride > 2 || c->inputs % CHANNELS != 0 || c->outputs % CHANNELS != 0) return 0;
  // Tiles that lie partly outside the picture are computed whole, and the transforms cost something, too.
  int64_t least = (int64_t)output->height * output->width * 9 * 4 / 5 + 1;
  int32_t best = 0;
  for (int32_t tile = 4; tile >= 3; tile--) {
    const vm_winograd *w = vm_winograd_for(c->stride, tile);
    const int64_t products = (int64_t)vm_winograd_tiles(output, tile) * w->points * w->points;
    if (products < least && sums_fit(c, weights, w->shift)) least = products, best = tile;
  }
  return best;
}

size_t vm_winograd_packed_size(const vm_convolution *c) {
  const int32_t points = vm_winograd_for(c->stride, c->tile)->points;
  return (size_t)c->outputs * c->inputs * points * points * sizeof(int16_t);
}

void vm_winograd_pack(const vm_convolution *c, const int8_t *weights, int16_t *packed) {
  const vm_winograd *w = vm_winograd_for(c->stride, c->tile);
  const int32_t points = w->points;
  for (int32_t o = 0; o < c->outputs; o++)
    for (int32_t i = 0; i < c->inputs; i++) {
      const int8_t *g = weights + (ptrdiff_t)o * 9 * c->inputs + i;
      int16_t *to = packed + (ptrdiff_t)(o / CHANNELS) * points * points * c->inputs * CHANNELS;
      to += i / 2 * 2 * CHANNELS + o % CHANNELS * 2 + i % 2;
      for (int32_t y = 0; y < points; y++)
        for (int32_t x = 0; x < points; x++, to += c->inputs * CHANNELS) {
          int32_t sum = 0;
          for (int32_t v = 0; v < 3; v++)
            for (int32_t u = 0; u < 3; u++) sum += w->filter[y][v] * w->filter[x][u] * g[(v * 3 + u) * c->inputs];
          *to = (int16_t)sum;
        }
    }
}
