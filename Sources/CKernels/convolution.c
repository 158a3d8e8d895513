#include "convolution_internal.h"

#include <string.h>

#include "convolution_winograd.h"
#include "cpu_level.h"

// Two layouts of weights for direct sums, both in blocks of output channels over steps of 4 input values (the input runs of a filter row
// are contiguous):
// - dot products of 4 bytes: block of 32 channels, each 4 × int8;
// - pairs of 16-bit values: block of 16 channels, each values 0 and 1, then each values 2 and 3.
// Where Winograd's way is chosen, its weights follow those: small batches may not be worth it.

// VNNI came to servers before VBMI: it is asked for here and not left to the level above.
static int uses_bytes(int level) {
#if defined(__x86_64__)
  return level >= VM_CPU_AVX512 && __builtin_cpu_supports("avx512vnni");
#else
  (void)level;
  return 0;
#endif
}

static int32_t rounded_up(int32_t value, int32_t step) { return (value + step - 1) / step * step; }

/// Of the packed weights without those of Winograd.
static size_t direct_size(const vm_convolution *c) {
  const size_t values = (size_t)rounded_up(c->outputs, VM_BLOCK) * c->size * c->size * c->inputs;
  return c->method == VM_BYTES ? values : values * sizeof(int16_t);
}

size_t vm_convolution_plan(vm_convolution *c, const int8_t *weights, const vm_tensor *output) {
  const int bytes = uses_bytes(c->level);
  c->tile = !bytes && c->level >= VM_CPU_AVX2 ? vm_winograd_tile(c, weights, output) : 0;
  c->method = bytes ? VM_BYTES : c->tile ? VM_WINOGRAD : VM_PAIRS;
  return direct_size(c) + (c->method == VM_WINOGRAD ? vm_winograd_packed_size(c) : 0);
}

static void pack_bytes(const int8_t *weights, int32_t outputs, int32_t depth, int8_t *packed) {
  for (int32_t o = 0; o < outputs; o++)
    for (int32_t k = 0; k < depth; k++) {
      size_t step = (size_t)(o / VM_BLOCK) * (depth / 4) + k / 4;
      packed[step * VM_BLOCK * 4 + o % VM_BLOCK * 4 + k % 4] = weights[(size_t)o * depth + k];
    }
}

static void pack_pairs(const int8_t *weights, int32_t outputs, int32_t depth, int16_t *packed) {
  for (int32_t o = 0; o < outputs; o++)
    for (int32_t k = 0; k < depth; k++) {
      size_t step = (size_t)(o / 16) * (depth / 4) + k / 4;
      packed[step * 64 + k % 4 / 2 * 32 + o % 16 * 2 + k % 2] = weights[(size_t)o * depth + k];
    }
}

void vm_convolution_pack(const vm_convolution *c, const int8_t *weights, void *packed) {
  const int32_t depth = c->size * c->size * c->inputs;
  memset(packed, 0, direct_size(c));
  if (c->method == VM_BYTES)
    pack_bytes(weights, c->outputs, depth, packed);
  else
    pack_pairs(weights, c->outputs, depth, packed);
  if (c->method == VM_WINOGRAD) vm_winograd_pack(c, weights, (int16_t *)((char *)packed + direct_size(c)));
}

size_t vm_convolution_scratch(const vm_convolution *c, const vm_tensor *input, const vm_tensor *output, int32_t images) {
#if defined(__x86_64__)
  if (c->method == VM_BYTES || c->level < VM_CPU_AVX2) return 0;
  const size_t direct = (size_t)(images * vm_picture_bytes(input)) * sizeof(int16_t);
  if (c->method == VM_PAIRS) return direct;
  const size_t winograd = vm_winograd_scratch_avx2(c, output, images);
  return winograd > direct ? winograd : direct;
#else
  (void)c, (void)input, (void)output, (void)images;
  return 0;
#endif
}

void vm_convolution_run(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual, const vm_tensor *output,
                        int32_t images, void *scratch) {
#if defined(__x86_64__)
  if (c->method == VM_BYTES) return vm_convolution_run_vnni(c, input, residual, output, images);
  if (c->method == VM_WINOGRAD && images * vm_winograd_tiles(output, c->tile) >= vm_winograd_least_tiles(c->stride)) {
    const int16_t *weights = (const int16_t *)((const char *)c->packed + direct_size(c));
    return vm_winograd_run_avx2(c, weights, input, residual, output, images, scratch);
  }
  if (c->level >= VM_CPU_AVX2) return vm_convolution_run_avx2(c, input, residual, output, images, scratch);
#else
  (void)scratch;
#endif
  vm_convolution_run_portable(c, input, residual, output, images);
}

void vm_load_rgb(const uint8_t *pixels, const vm_tensor *output, int32_t image) {
  for (int32_t y = 0; y < output->height; y++) {
    uint8_t *row = vm_pixel(output, image, y, 0);
    for (int32_t x = 0; x < output->width; x++, row += 4, pixels += 3) {
      row[0] = pixels[0];
      row[1] = pixels[1];
      row[2] = pixels[2];
      row[3] = 0;
    }
  }
}

static void fill_pixels(uint8_t *to, int32_t count, int32_t channels, const uint8_t *fill) {
  if (!fill) {
    memset(to, 0, (size_t)count * channels);
    return;
  }
  for (int32_t i = 0; i < count; i++) memcpy(to + (ptrdiff_t)i * channels, fill, (size_t)channels);
}

void vm_fill_border(const vm_tensor *t, const uint8_t *fill, int32_t images) {
  int32_t wide = t->width + 2 * t->border;
  for (int32_t image = 0; image < images && t->border; image++) {
    for (int32_t y = -t->border; y < t->height + t->border; y++) {
      if (y < 0 || y >= t->height) {
        fill_pixels(vm_pixel(t, image, y, -t->border), wide, t->channels, fill);
      } else {
        fill_pixels(vm_pixel(t, image, y, -t->border), t->border, t->channels, fill);
        fill_pixels(vm_pixel(t, image, y, t->width), t->border, t->channels, fill);
      }
    }
  }
}
