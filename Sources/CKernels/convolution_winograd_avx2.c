#if defined(__x86_64__)
#include "convolution_products_avx2.h"
#include "convolution_rescale_avx2.h"
#include "convolution_winograd.h"

// Tiles go in groups: their inputs are transformed for all input channels, then, for sixteen output channels at a time, multiplied at every
// point and transformed back. A group's numbers stay in the second-level cache and every weight read serves the whole group. Where the
// weights come from further away, those of the next point are fetched while those of this one are used.

enum {
  OUTPUTS = VM_WINOGRAD_OUTPUTS_MAX,
  GROUP = 3 * VM_ROWS,
  FAR = 256 << 10,  // bytes of weights that may not stay in the second-level cache
};

/// B', by stride and tile, on sixteen 16-bit values at a time. What comes out of both axes fits: in B' d B no byte sum has more than 68
/// of one sign, and 68 · 255 = 17340.
VM_AVX2_INLINE void input_1_4(const __m256i *x, __m256i *y) {
  const __m256i a = _mm256_sub_epi16(x[4], _mm256_slli_epi16(x[2], 2)), b = _mm256_sub_epi16(x[3], _mm256_slli_epi16(x[1], 2));
  const __m256i c = _mm256_sub_epi16(x[4], x[2]), half = _mm256_sub_epi16(x[3], x[1]), d = _mm256_add_epi16(half, half);
  y[0] = _mm256_add_epi16(_mm256_slli_epi16(_mm256_sub_epi16(x[0], x[2]), 2), c);
  y[1] = _mm256_add_epi16(a, b);
  y[2] = _mm256_sub_epi16(a, b);
  y[3] = _mm256_add_epi16(c, d);
  y[4] = _mm256_sub_epi16(c, d);
  y[5] = _mm256_sub_epi16(_mm256_sub_epi16(x[5], x[3]), _mm256_add_epi16(d, d));
}

/// The points 0, 1, -1, 2 and ∞ from every `step`th value.
VM_AVX2_INLINE void input_five(const __m256i *x, __m256i *y, int step) {
  const __m256i x1 = x[step], x2 = x[2 * step], x3 = x[3 * step];
  const __m256i a = _mm256_sub_epi16(x3, x1), b = _mm256_sub_epi16(x2, x[0]), c = _mm256_sub_epi16(x2, x1), d = _mm256_sub_epi16(x3, x2);
  y[0] = _mm256_sub_epi16(a, _mm256_add_epi16(b, b));
  y[1] = _mm256_sub_epi16(d, _mm256_add_epi16(x1, x1));
  y[2] = _mm256_sub_epi16(d, _mm256_add_epi16(c, c));
  y[3] = a;
  y[4] = _mm256_sub_epi16(_mm256_sub_epi16(x[4 * step], x2), _mm256_add_epi16(a, a));
}

VM_AVX2_INLINE void input_1_3(const __m256i *x, __m256i *y) { input_five(x, y, 1); }

VM_AVX2_INLINE void input_2_4(const __m256i *x, __m256i *y) {
  input_five(x, y, 2);
  y[5] = x[1], y[6] = x[3], y[7] = x[5], y[8] = x[7];
}

VM_AVX2_INLINE void input_2_3(const __m256i *x, __m256i *y) {
  y[0] = _mm256_sub_epi16(x[4], x[0]);
  y[1] = _mm256_add_epi16(x[4], x[2]);
  y[2] = _mm256_sub_epi16(x[4], x[2]);
  y[3] = _mm256_sub_epi16(x[6], x[2]);
  y[4] = x[1], y[5] = x[3], y[6] = x[5];
}

/// A', likewise.
VM_AVX2_INLINE void output_1_4(const __m256i *x, __m256i *y) {
  const __m256i a = _mm256_add_epi32(x[1], x[2]), b = _mm256_sub_epi32(x[1], x[2]);
  const __m256i c = _mm256_add_epi32(x[3], x[4]), half = _mm256_sub_epi32(x[3], x[4]), d = _mm256_add_epi32(half, half);
  y[0] = _mm256_add_epi32(_mm256_add_epi32(x[0], a), c);
  y[1] = _mm256_add_epi32(b, d);
  y[2] = _mm256_add_epi32(a, _mm256_slli_epi32(c, 2));
  y[3] = _mm256_add_epi32(b, _mm256_slli_epi32(_mm256_add_epi32(d, x[5]), 2));
}

VM_AVX2_INLINE void output_1_3(const __m256i *x, __m256i *y) {
  const __m256i a = _mm256_add_epi32(x[1], x[2]), b = _mm256_sub_epi32(x[1], x[2]), c = _mm256_add_epi32(x[3], x[3]);
  y[0] = _mm256_add_epi32(_mm256_add_epi32(x[0], a), x[3]);
  y[1] = _mm256_add_epi32(b, c);
  y[2] = _mm256_add_epi32(_mm256_add_epi32(a, x[4]), _mm256_add_epi32(c, c));
}

VM_AVX2_INLINE void output_2_4(const __m256i *x, __m256i *y) {
  const __m256i a = _mm256_add_epi32(x[1], x[2]), b = _mm256_sub_epi32(x[1], x[2]), c = _mm256_add_epi32(x[3], x[3]);
  y[0] = _mm256_add_epi32(_mm256_add_epi32(x[0], a), _mm256_add_epi32(x[3], x[5]));
  y[1] = _mm256_add_epi32(_mm256_add_epi32(b, c), x[6]);
  y[2] = _mm256_add_epi32(_mm256_add_epi32(a, _mm256_add_epi32(c, c)), x[7]);
  y[3] = _mm256_add_epi32(_mm256_add_epi32(b, _mm256_slli_epi32(c, 2)), _mm256_add_epi32(x[4], x[8]));
}

VM_AVX2_INLINE void output_2_3(const __m256i *x, __m256i *y) {
  const __m256i a = _mm256_add_epi32(x[1], x[2]), b = _mm256_sub_epi32(x[1], x[2]);
  y[0] = _mm256_add_epi32(_mm256_add_epi32(x[0], a), x[4]);
  y[1] = _mm256_add_epi32(b, x[5]);
  y[2] = _mm256_add_epi32(_mm256_add_epi32(a, x[3]), x[6]);
}

typedef void (*vm_transform)(const __m256i *, __m256i *);

/// Where a tile lies.
typedef struct {
  int32_t image, y, x;    // of its first output
  int32_t height, width;  // of its part in the picture
} vm_tile;

/// All input channels of a tile, point by point.
VM_AVX2_INLINE void transform_input(const vm_convolution *c, const vm_tensor *input, vm_tile t, int16_t *to, int side,
                                    vm_transform transform) {
  // Inputs of outputs that lie outside the picture may be any: those in reach are the nearest.
  const uint8_t *rows[VM_WINOGRAD_POINTS_MAX];
  ptrdiff_t columns[VM_WINOGRAD_POINTS_MAX];
  for (int32_t i = 0; i < side; i++) {
    int32_t y = t.y * c->stride + i, x = t.x * c->stride + i;
    if (y > input->height + 2 * c->padding - 1) y = input->height + 2 * c->padding - 1;
    if (x > input->width + 2 * c->padding - 1) x = input->width + 2 * c->padding - 1;
    rows[i] = vm_pixel(input, t.image, y - c->padding, -c->padding);
    columns[i] = (ptrdiff_t)x * c->inputs;
  }
  for (int32_t channel = 0; channel < c->inputs; channel += 16) {
    __m256i half[VM_WINOGRAD_POINTS_MAX][VM_WINOGRAD_POINTS_MAX];
#pragma clang loop unroll(full)
    for (int x = 0; x < side; x++) {
      __m256i values[VM_WINOGRAD_POINTS_MAX], made[VM_WINOGRAD_POINTS_MAX];
      for (int y = 0; y < side; y++) values[y] = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(rows[y] + columns[x] + channel)));
      transform(values, made);
      for (int y = 0; y < side; y++) half[y][x] = made[y];
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < side; y++) {
      __m256i made[VM_WINOGRAD_POINTS_MAX];
      transform(half[y], made);
      for (int x = 0; x < side; x++) _mm256_store_si256((__m256i *)(to + (ptrdiff_t)(y * side + x) * c->inputs + channel), made[x]);
    }
  }
}

/// Products of `number` tiles at one point, sixteen output channels.
VM_AVX2_INLINE void multiply(const int16_t *inputs, ptrdiff_t step, const int16_t *weights, int32_t depth, int32_t *to, ptrdiff_t to_step,
                             int number, const int16_t *ahead) {
  const int16_t *rows[VM_ROWS];
  __m256i sums[VM_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < number; r++) rows[r] = inputs + r * step;
  vm_first_pair(rows, weights, number, sums);
  vm_add_pair(rows, 2, weights + 2 * VM_CHANNELS, number, sums);
  vm_add_products(rows, 4, depth - 4, weights + 4 * VM_CHANNELS, number, sums, ahead);
#pragma clang loop unroll(full)
  for (int r = 0; r < number; r++) {
    _mm256_store_si256((__m256i *)(to + r * to_step), sums[r][0]);
    _mm256_store_si256((__m256i *)(to + r * to_step) + 1, sums[r][1]);
  }
}

/// Products of `count` tiles at all points, sixteen output channels.
VM_AVX2_INLINE void multiply_group(const int16_t *inputs, const int16_t *weights, int32_t depth, int32_t *to, int32_t count, int points,
                                   int far) {
  const ptrdiff_t step = (ptrdiff_t)points * depth, to_step = points * VM_CHANNELS;
  for (int32_t point = 0; point < points; point++, inputs += depth, weights += depth * VM_CHANNELS, to += VM_CHANNELS) {
    int32_t t = 0;
    for (; t + VM_ROWS <= count && count - t != 8; t += VM_ROWS) {
      const int16_t *ahead = far ? weights + depth * (VM_CHANNELS + t / VM_ROWS % 2 * 8) : 0;
      multiply(inputs + t * step, step, weights, depth, to + t * to_step, to_step, VM_ROWS, ahead);
    }
    const int16_t *ahead = far ? weights + depth * VM_CHANNELS : 0;
    for (; t + 4 <= count; t += 4) multiply(inputs + t * step, step, weights, depth, to + t * to_step, to_step, 4, ahead);
    if (t + 2 <= count) multiply(inputs + t * step, step, weights, depth, to + t * to_step, to_step, 2, ahead), t += 2;
    if (t < count) multiply(inputs + t * step, step, weights, depth, to + t * to_step, to_step, 1, ahead);
  }
}

/// Sums of sixteen output channels of a tile, row by row.
VM_AVX2_INLINE void transform_output(const vm_convolution *c, const int32_t *from, int32_t first, int tile, int side, int shift,
                                     vm_transform transform, __m256i (*sums)[2]) {
  // 954437177 · 9 = 2 · 2^32 + 1
  const __m256i ninth = _mm256_set1_epi32(954437177);
  for (int half = 0; half < 2; half++) {
    const __m256i bias = _mm256_loadu_si256((const __m256i *)(c->bias + first + 8 * half));
    __m256i columns[OUTPUTS][VM_WINOGRAD_POINTS_MAX];
#pragma clang loop unroll(full)
    for (int x = 0; x < side; x++) {
      __m256i values[VM_WINOGRAD_POINTS_MAX], made[OUTPUTS];
      for (int y = 0; y < side; y++) values[y] = _mm256_load_si256((const __m256i *)(from + (y * side + x) * VM_CHANNELS + 8 * half));
      transform(values, made);
      for (int y = 0; y < tile; y++) columns[y][x] = made[y];
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < tile; y++) {
      __m256i made[OUTPUTS];
      transform(columns[y], made);
      for (int x = 0; x < tile; x++)
        sums[y * tile + x][half] = _mm256_add_epi32(_mm256_srai_epi32(_mm256_mullo_epi32(made[x], ninth), shift), bias);
    }
  }
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

/// Tile `number` of a batch.
static vm_tile tile_at(int32_t number, const vm_tensor *output, int32_t tile) {
  const int32_t across = (output->width + tile - 1) / tile, tiles = vm_winograd_tiles(output, tile), inside = number % tiles;
  vm_tile t = {.image = number / tiles, .y = inside / across * tile, .x = inside % across * tile};
  t.height = least(tile, output->height - t.y);
  t.width = least(tile, output->width - t.x);
  return t;
}

/// The tile's pixels that lie in the picture, row by row.
static void find_sites(vm_tile t, const vm_tensor *residual, const vm_tensor *output, vm_site *sites) {
  const ptrdiff_t after = (ptrdiff_t)output->channels * vm_value_size(output->type);
  const ptrdiff_t before = residual ? (ptrdiff_t)residual->channels * vm_value_size(residual->type) : 0;
  for (int32_t y = 0; y < t.height; y++) {
    uint8_t *to = vm_pixel(output, t.image, t.y + y, t.x);
    const uint8_t *add = residual ? vm_pixel(residual, t.image, t.y + y, t.x) : 0;
    for (int32_t x = 0; x < t.width; x++) *sites++ = (vm_site){.residual = add + x * before, .output = to + x * after};
  }
}

VM_AVX2_INLINE void run(const vm_convolution *c, const int16_t *packed, const vm_tensor *input, const vm_tensor *residual,
                        const vm_tensor *output, int32_t images, void *scratch, int tile, int side, int shift, vm_transform before,
                        vm_transform after) {
  const int points = side * side;
  const int32_t tiles = images * vm_winograd_tiles(output, tile);
  const int far = vm_winograd_packed_size(c) > FAR;
  int16_t *inputs = scratch;
  int32_t *products = (int32_t *)(inputs + (ptrdiff_t)least(tiles, GROUP) * points * c->inputs);
  for (int32_t start = 0; start < tiles; start += GROUP) {
    const int32_t count = least(GROUP, tiles - start);
    vm_tile group[GROUP];
    vm_site sites[GROUP][OUTPUTS * OUTPUTS];
    for (int32_t t = 0; t < count; t++) {
      group[t] = tile_at(start + t, output, tile);
      find_sites(group[t], residual, output, sites[t]);
      transform_input(c, input, group[t], inputs + (ptrdiff_t)t * points * c->inputs, side, before);
    }
    for (int32_t first = 0; first < c->outputs; first += VM_CHANNELS) {
      const int16_t *weights = packed + (ptrdiff_t)first * points * c->inputs;
      const vm_rescale r = vm_rescale_for(c, residual, output, first);
      if (far)
        multiply_group(inputs, weights, c->inputs, products, count, points, 1);
      else
        multiply_group(inputs, weights, c->inputs, products, count, points, 0);
      for (int32_t t = 0; t < count; t++) {
        __m256i sums[OUTPUTS * OUTPUTS][2];
        transform_output(c, products + (ptrdiff_t)t * points * VM_CHANNELS, first, tile, side, shift, after, sums);
        if (group[t].width == tile)
          vm_rescale_sums(&r, sums, sites[t], group[t].height * tile);
        else
          for (int32_t y = 0; y < group[t].height; y++)
            vm_rescale_sums(&r, sums + y * tile, sites[t] + y * group[t].width, group[t].width);
      }
    }
  }
}

size_t vm_winograd_scratch_avx2(const vm_convolution *c, const vm_tensor *output, int32_t images) {
  const int32_t side = vm_winograd_for(c->stride, c->tile)->points, tiles = images * vm_winograd_tiles(output, c->tile);
  const size_t tile = (size_t)side * side * (c->inputs * sizeof(int16_t) + VM_CHANNELS * sizeof(int32_t));
  return tile * least(tiles, GROUP);
}

#define RUN(name, tile, side, shift)                                                                                       \
  VM_AVX2 static void run_##name(const vm_convolution *c, const int16_t *packed, const vm_tensor *input,                   \
                                 const vm_tensor *residual, const vm_tensor *output, int32_t images, void *scratch) {      \
    run(c, packed, input, residual, output, images, scratch, tile, side, shift, input_##name, output_##name);              \
  }
RUN(1_3, 3, 5, 2)
RUN(1_4, 4, 6, 6)
RUN(2_3, 3, 7, 2)
RUN(2_4, 4, 9, 2)

void vm_winograd_run_avx2(const vm_convolution *c, const int16_t *weights, const vm_tensor *input, const vm_tensor *residual,
                          const vm_tensor *output, int32_t images, void *scratch) {
  if (c->stride == 1)
    (c->tile == 4 ? run_1_4 : run_1_3)(c, weights, input, residual, output, images, scratch);
  else
    (c->tile == 4 ? run_2_4 : run_2_3)(c, weights, input, residual, output, images, scratch);
}
#endif
