#include <string.h>

#include "convolution_internal.h"

enum { CHANNELS = 16 };  // of one tile, for one pixel

static void sums(const vm_convolution *c, const uint8_t *input, ptrdiff_t row, const int16_t *weights, int32_t *acc) {
  for (int32_t y = 0; y < c->size; y++, input += row)
    for (int32_t k = 0; k < c->size * c->inputs; k += 4, weights += 64) {
      int32_t a0 = input[k], a1 = input[k + 1], a2 = input[k + 2], a3 = input[k + 3];
      for (int o = 0; o < CHANNELS; o++)
        acc[o] += a0 * weights[2 * o] + a1 * weights[2 * o + 1] + a2 * weights[32 + 2 * o] + a3 * weights[33 + 2 * o];
    }
}

static int32_t residual_of(const vm_site *site, int32_t type, int32_t channel) {
  if (type == VM_UINT8) return site->residual[channel];
  int16_t value;
  memcpy(&value, site->residual + 2 * channel, sizeof value);
  return value;
}

static void store(const vm_convolution *c, const vm_site *site, int32_t residual_type, int32_t type, int32_t first, const int32_t *acc) {
  int32_t count = c->outputs - first < CHANNELS ? c->outputs - first : CHANNELS;
  for (int32_t o = 0; o < count; o++) {
    int32_t v = (int32_t)((int64_t)acc[o] * c->multiplier[first + o] >> 32);
    if (site->residual) v += residual_of(site, residual_type, first + o) * c->residual_factor;
    v >>= c->fraction;
    if (type == VM_UINT8) {
      site->output[first + o] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    } else if (type == VM_INT16) {
      int16_t narrow = (int16_t)(v < -32768 ? -32768 : v > 32767 ? 32767 : v);
      memcpy(site->output + 2 * (first + o), &narrow, sizeof narrow);
    } else {
      memcpy(site->output + 4 * (first + o), &v, sizeof v);
    }
  }
}

void vm_convolution_run_portable(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual,
                                 const vm_tensor *output, int32_t images) {
  ptrdiff_t row = vm_row_bytes(input), depth = (ptrdiff_t)c->size * c->size * c->inputs;
  int64_t pixels = (int64_t)images * output->height * output->width;
  for (int32_t first = 0; first < c->outputs; first += CHANNELS) {
    const int16_t *weights = (const int16_t *)c->packed + first * depth;
    vm_walk walk = vm_walk_start(c, input, residual, output);
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
      int32_t acc[CHANNELS];
      memcpy(acc, c->bias + first, sizeof acc);
      vm_site site = vm_walk_next(&walk);
      sums(c, site.input, row, weights, acc);
      store(c, &site, residual ? residual->type : 0, output->type, first, acc);
    }
  }
}
