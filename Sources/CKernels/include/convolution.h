#ifndef VECMILL_CONVOLUTION_H
#define VECMILL_CONVOLUTION_H

#include <stddef.h>
#include <stdint.h>

// Integer inference of convolutional networks. Every sum is exact, so all paths give the same bits.

/// Types of a tensor's values.
enum { VM_UINT8 = 0, VM_INT16 = 1, VM_INT32 = 2 };

/// `images` pictures of `height * width` pixels with `channels` values each, a border of `border` pixels around every picture.
typedef struct {
  void *data;  ///< 64-byte aligned; picture after picture, each (height + 2 border) * (width + 2 border) * channels values
  int32_t height, width, channels, border;
  int32_t type;
} vm_tensor;

/// How a convolution is computed: dot products of 4 bytes, of pairs of 16 bits, or by Winograd's minimal filtering.
enum { VM_BYTES = 0, VM_PAIRS = 1, VM_WINOGRAD = 2 };

/// A convolution with its packed weights. All but `method`, `tile` and `packed` is filled in first; vm_convolution_plan sets the
/// former, and vm_convolution_pack fills the memory that the last then names.
typedef struct {
  int32_t inputs, outputs;       ///< channels; inputs a multiple of 4
  int32_t size, stride, padding;
  int32_t fraction;              ///< right shift at the end
  int32_t residual_factor;
  int32_t level;                 ///< the VM_CPU_… level to run on
  int32_t method;                ///< what vm_convolution_plan chose
  int32_t tile;                  ///< with VM_WINOGRAD, the outputs along each side of a tile
  const void *packed;            ///< 64-byte aligned
  const int32_t *bias;           ///< `outputs` values, zeros up to the next multiple of 32
  const int32_t *multiplier;     ///< likewise
} vm_convolution;

/// Chooses the method by level, shape and weights (outputs × size × size × inputs); returns the bytes that its packed weights take.
size_t vm_convolution_plan(vm_convolution *convolution, const int8_t *weights, const vm_tensor *output);

/// Lays out weights for the method.
void vm_convolution_pack(const vm_convolution *convolution, const int8_t *weights, void *packed);

/// Bytes of working memory that running a convolution on that many pictures, or on fewer, takes.
size_t vm_convolution_scratch(const vm_convolution *convolution, const vm_tensor *input, const vm_tensor *output, int32_t images);

/// out = clamp(((bias + Σ input · weight) · multiplier >> 32) + residual · residual_factor >> fraction).
///
/// Clamped to the output's type. The input's border, already filled, is the padding and at least as wide; `residual` may be null
/// (uint8 or int16, same size as the output). The caller has made sure that no 32-bit sum overflows. `scratch`, 64-byte aligned, holds
/// at least vm_convolution_scratch bytes.
void vm_convolution_run(const vm_convolution *convolution, const vm_tensor *input, const vm_tensor *residual,
                        const vm_tensor *output, int32_t images, void *scratch);

/// (a + b + c + d + 2) >> 2 of every 2 × 2 values; uint8; height and width are even.
void vm_mean_2x2(const vm_tensor *input, const vm_tensor *output, int32_t images, int level);

/// clamp(((256 · Σ over the picture + bias) · multiplier) >> 32, 0, 255), written from `channel` on into a one-pixel tensor.
void vm_global_mean(const vm_tensor *input, const vm_tensor *output, int32_t channel, const int32_t *bias,
                    const int32_t *multiplier, int32_t images, int level);

/// The greatest value of each channel over the picture, written from `channel` on into a one-pixel tensor; uint8.
void vm_global_max(const vm_tensor *input, const vm_tensor *output, int32_t channel, int32_t images);

/// Copies an RGB picture (interleaved, height × width × 3) into picture `image` of a uint8 tensor of 4 channels, the fourth 0.
void vm_load_rgb(const uint8_t *pixels, const vm_tensor *output, int32_t image);

/// Fills the borders of a uint8 tensor with `fill` (one value per channel), or with 0 if it is null.
void vm_fill_border(const vm_tensor *tensor, const uint8_t *fill, int32_t images);

#endif
