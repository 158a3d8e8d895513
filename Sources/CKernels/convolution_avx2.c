#if defined(__x86_64__)
#include "convolution_products_avx2.h"
#include "convolution_rescale_avx2.h"

// Bytes are widened once for a whole layer: inside the loop that took a fifth of its vector operations.

enum { GROUP = 4 * VM_ROWS };  // pixels whose places are worked out together, for all channels

VM_AVX2 static void widen(const uint8_t *from, ptrdiff_t count, int16_t *to) {
  ptrdiff_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(from + i));
    _mm256_store_si256((__m256i *)(to + i), _mm256_cvtepu8_epi16(bytes));
  }
  for (; i < count; i++) to[i] = from[i];
}

/// Sums of sixteen channels, `number` pixels.
VM_AVX2_INLINE void tile(const vm_convolution *c, const int16_t *const *inputs, ptrdiff_t row, int32_t first, int number, __m256i (*to)[2]) {
  const int32_t run = c->size * c->inputs;
  const int16_t *weights = (const int16_t *)c->packed + (ptrdiff_t)first * c->size * run;
  const __m256i *bias = (const __m256i *)(c->bias + first);
  __m256i sums[VM_ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < number; i++) sums[i][0] = _mm256_loadu_si256(bias), sums[i][1] = _mm256_loadu_si256(bias + 1);
  for (int32_t y = 0; y < c->size; y++, weights += run * VM_CHANNELS) vm_add_products(inputs, y * row, run, weights, number, sums, 0);
#pragma clang loop unroll(full)
  for (int i = 0; i < number; i++) to[i][0] = sums[i][0], to[i][1] = sums[i][1];
}

/// The places of `count` pixels of the batch from `pixel` on. Rows are walked by steps.
static void find_sites(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual, const vm_tensor *output, int64_t pixel,
                       int32_t count, vm_site *sites) {
  const ptrdiff_t input_step = (ptrdiff_t)c->stride * input->channels;
  const ptrdiff_t residual_step = residual ? (ptrdiff_t)residual->channels * vm_value_size(residual->type) : 0;
  const ptrdiff_t output_step = (ptrdiff_t)output->channels * vm_value_size(output->type);
  int32_t x = (int32_t)(pixel % output->width), y = (int32_t)(pixel / output->width % output->height);
  int32_t image = (int32_t)(pixel / output->width / output->height);
  for (int32_t done = 0; done < count; x = 0) {
    const uint8_t *from = vm_pixel(input, image, y * c->stride - c->padding, x * c->stride - c->padding);
    const uint8_t *add = residual ? vm_pixel(residual, image, y, x) : 0;
    uint8_t *to = vm_pixel(output, image, y, x);
    const int32_t run = count - done < output->width - x ? count - done : output->width - x;
    for (int32_t i = 0; i < run; i++)
      sites[done + i] = (vm_site){.input = from + i * input_step, .residual = add + i * residual_step, .output = to + i * output_step};
    done += run;
    if (++y == output->height) y = 0, image++;
  }
}

VM_AVX2 void vm_convolution_run_avx2(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual,
                                     const vm_tensor *output, int32_t images, int16_t *wide) {
  const ptrdiff_t row = vm_row_bytes(input);
  const int64_t pixels = (int64_t)images * output->height * output->width;
  widen(input->data, images * vm_picture_bytes(input), wide);
  for (int64_t pixel = 0; pixel < pixels; pixel += GROUP) {
    const int32_t count = pixels - pixel < GROUP ? (int32_t)(pixels - pixel) : GROUP;
    vm_site sites[GROUP];
    const int16_t *inputs[GROUP];
    find_sites(c, input, residual, output, pixel, count, sites);
    for (int32_t p = 0; p < count; p++) inputs[p] = wide + (sites[p].input - (const uint8_t *)input->data);
    for (int32_t first = 0; first < c->outputs; first += VM_CHANNELS) {
      const vm_rescale r = vm_rescale_for(c, residual, output, first);
      __m256i sums[GROUP][2];
      int32_t p = 0;
      for (; p + VM_ROWS <= count; p += VM_ROWS) tile(c, inputs + p, row, first, VM_ROWS, sums + p);
      for (; p + 2 <= count; p += 2) tile(c, inputs + p, row, first, 2, sums + p);
      if (p < count) tile(c, inputs + p, row, first, 1, sums + p);
      vm_rescale_sums(&r, sums, sites, count);
    }
  }
}
#endif
