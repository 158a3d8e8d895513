#include <string.h>

#include "convolution_internal.h"
#include "cpu_level.h"

// The bodies below are plain loops; compiled once for the baseline and once for AVX2, where they are twice as wide.

enum { CHUNK = 64 };  // channels that are summed together

/// Pixels of four values, as pictures have them: two values in the halves of 32 bits at a time.
static inline __attribute__((always_inline)) void mean_row_of_4(const uint8_t *restrict top, const uint8_t *restrict bottom,
                                                                uint8_t *restrict to, int32_t width) {
  const uint32_t low = 0x00FF00FF;
  for (int32_t x = 0; x < width; x++) {
    uint32_t from[4], even = 0x00020002, odd = even;
    memcpy(from, top + 8 * x, 8);
    memcpy(from + 2, bottom + 8 * x, 8);
    for (int i = 0; i < 4; i++) even += from[i] & low, odd += from[i] >> 8 & low;
    const uint32_t mean = (even >> 2 & low) | (odd >> 2 & low) << 8;
    memcpy(to + 4 * x, &mean, 4);
  }
}

static inline __attribute__((always_inline)) void mean_2x2(const vm_tensor *input, const vm_tensor *output, int32_t images) {
  const int32_t channels = input->channels;
  for (int32_t image = 0; image < images; image++)
    for (int32_t y = 0; y < output->height; y++) {
      const uint8_t *restrict top = vm_pixel(input, image, 2 * y, 0), *restrict bottom = vm_pixel(input, image, 2 * y + 1, 0);
      uint8_t *restrict to = vm_pixel(output, image, y, 0);
      if (channels == 4) {
        mean_row_of_4(top, bottom, to, output->width);
        continue;
      }
      for (int32_t x = 0; x < output->width; x++, top += 2 * channels, bottom += 2 * channels, to += channels)
        for (int32_t c = 0; c < channels; c++)
          to[c] = (uint8_t)((top[c] + top[channels + c] + bottom[c] + bottom[channels + c] + 2) >> 2);
    }
}

static inline __attribute__((always_inline)) void sum_chunk(const vm_tensor *input, int32_t image, int32_t from, int32_t count,
                                                            uint32_t *restrict sums) {
  memset(sums, 0, CHUNK * sizeof *sums);
  for (int32_t y = 0; y < input->height; y++) {
    const uint8_t *restrict row = vm_pixel(input, image, y, 0) + from;
    // 16-bit partial sums hold 256 pixels of a row.
    for (int32_t start = 0; start < input->width; start += 256) {
      int32_t end = start + 256 < input->width ? start + 256 : input->width;
      uint16_t partial[CHUNK] = {0};
      for (int32_t x = start; x < end; x++) {
        const uint8_t *restrict pixel = row + (ptrdiff_t)x * input->channels;
        if (count == 32)
          for (int32_t c = 0; c < 32; c++) partial[c] = (uint16_t)(partial[c] + pixel[c]);
        else if (count == CHUNK)
          for (int32_t c = 0; c < CHUNK; c++) partial[c] = (uint16_t)(partial[c] + pixel[c]);
        else
          for (int32_t c = 0; c < count; c++) partial[c] = (uint16_t)(partial[c] + pixel[c]);
      }
      for (int32_t c = 0; c < CHUNK; c++) sums[c] += partial[c];
    }
  }
}

static inline __attribute__((always_inline)) void global_mean(const vm_tensor *input, const vm_tensor *output, int32_t channel,
                                                              const int32_t *bias, const int32_t *multiplier, int32_t images) {
  for (int32_t image = 0; image < images; image++) {
    uint8_t *to = vm_pixel(output, image, 0, 0) + channel;
    for (int32_t from = 0; from < input->channels; from += CHUNK) {
      int32_t count = input->channels - from < CHUNK ? input->channels - from : CHUNK;
      uint32_t sums[CHUNK];
      sum_chunk(input, image, from, count, sums);
      for (int32_t c = 0; c < count; c++) {
        int32_t acc = (int32_t)(sums[c] * 256) + bias[from + c];
        int32_t v = (int32_t)((int64_t)acc * multiplier[from + c] >> 32);
        to[from + c] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
      }
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void mean_2x2_avx2(const vm_tensor *input, const vm_tensor *output, int32_t images) {
  mean_2x2(input, output, images);
}

__attribute__((target("avx2"))) static void global_mean_avx2(const vm_tensor *input, const vm_tensor *output, int32_t channel,
                                                             const int32_t *bias, const int32_t *multiplier, int32_t images) {
  global_mean(input, output, channel, bias, multiplier, images);
}
#endif

void vm_mean_2x2(const vm_tensor *input, const vm_tensor *output, int32_t images, int level) {
#if defined(__x86_64__)
  if (level >= VM_CPU_AVX2) return mean_2x2_avx2(input, output, images);
#else
  (void)level;
#endif
  mean_2x2(input, output, images);
}

void vm_global_mean(const vm_tensor *input, const vm_tensor *output, int32_t channel, const int32_t *bias,
                    const int32_t *multiplier, int32_t images, int level) {
#if defined(__x86_64__)
  if (level >= VM_CPU_AVX2) return global_mean_avx2(input, output, channel, bias, multiplier, images);
#else
  (void)level;
#endif
  global_mean(input, output, channel, bias, multiplier, images);
}

void vm_global_max(const vm_tensor *input, const vm_tensor *output, int32_t channel, int32_t images) {
  const int32_t channels = input->channels;  // which stores of bytes might change, for all the compiler knows
  for (int32_t image = 0; image < images; image++) {
    uint8_t *restrict to = vm_pixel(output, image, 0, 0) + channel;
    memset(to, 0, (size_t)channels);
    for (int32_t y = 0; y < input->height; y++) {
      const uint8_t *restrict pixel = vm_pixel(input, image, y, 0);
      for (int32_t x = 0; x < input->width; x++, pixel += channels)
        for (int32_t c = 0; c < channels; c++) to[c] = pixel[c] > to[c] ? pixel[c] : to[c];
    }
  }
}
