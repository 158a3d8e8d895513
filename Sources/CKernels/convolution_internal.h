#ifndef VECMILL_CONVOLUTION_INTERNAL_H
#define VECMILL_CONVOLUTION_INTERNAL_H

#include "convolution.h"

enum { VM_BLOCK = 32 };  // output channels that are packed together

static inline int32_t vm_value_size(int32_t type) { return type == VM_UINT8 ? 1 : type == VM_INT16 ? 2 : 4; }

static inline ptrdiff_t vm_row_bytes(const vm_tensor *t) {
  return (ptrdiff_t)(t->width + 2 * t->border) * t->channels * vm_value_size(t->type);
}

static inline ptrdiff_t vm_picture_bytes(const vm_tensor *t) { return vm_row_bytes(t) * (t->height + 2 * t->border); }

/// Where pixel (y, x) of a picture starts, `x` and `y` from -border on.
static inline uint8_t *vm_pixel(const vm_tensor *t, int32_t image, int32_t y, int32_t x) {
  return (uint8_t *)t->data + image * vm_picture_bytes(t) + (y + t->border) * vm_row_bytes(t) +
         (ptrdiff_t)(x + t->border) * t->channels * vm_value_size(t->type);
}

/// Input, residual and output of one pixel.
typedef struct {
  const uint8_t *input, *residual;
  uint8_t *output;
} vm_site;

/// The pixels of a batch, one after the other, as a kernel's tiles walk them.
typedef struct {
  const vm_convolution *convolution;
  const vm_tensor *input, *residual, *output;
  int32_t image, y, x;
  vm_site next;
  ptrdiff_t input_step, residual_step, output_step;
} vm_walk;

static inline void vm_walk_row(vm_walk *w) {
  const vm_convolution *c = w->convolution;
  w->next.input = vm_pixel(w->input, w->image, w->y * c->stride - c->padding, -c->padding);
  w->next.residual = w->residual ? vm_pixel(w->residual, w->image, w->y, 0) : 0;
  w->next.output = vm_pixel(w->output, w->image, w->y, 0);
}

static inline vm_walk vm_walk_start(const vm_convolution *c, const vm_tensor *input, const vm_tensor *residual, const vm_tensor *output) {
  vm_walk w = {
      .convolution = c, .input = input, .residual = residual, .output = output,
      .input_step = (ptrdiff_t)c->stride * input->channels * vm_value_size(input->type),
      .residual_step = residual ? (ptrdiff_t)residual->channels * vm_value_size(residual->type) : 0,
      .output_step = (ptrdiff_t)output->channels * vm_value_size(output->type),
  };
  vm_walk_row(&w);
  return w;
}

static inline vm_site vm_walk_next(vm_walk *w) {
  const vm_site site = w->next;
  if (++w->x < w->output->width) {
    w->next.input += w->input_step;
    if (w->residual) w->next.residual += w->residual_step;
    w->next.output += w->output_step;
  } else {
    w->x = 0;
    if (++w->y == w->output->height) w->y = 0, w->image++;
    vm_walk_row(w);
  }
  return site;
}

void vm_convolution_run_portable(const vm_convolution *, const vm_tensor *, const vm_tensor *, const vm_tensor *, int32_t);
#if defined(__x86_64__)
void vm_convolution_run_avx2(const vm_convolution *, const vm_tensor *, const vm_tensor *, const vm_tensor *, int32_t, int16_t *);
void vm_convolution_run_vnni(const vm_convolution *, const vm_tensor *, const vm_tensor *, const vm_tensor *, int32_t);
#endif

#endif
