#ifndef VECMILL_RESIZE_H
#define VECMILL_RESIZE_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of working memory that vm_resize_area needs to make a part `width` pixels wide `new_width` pixels wide.
size_t vm_resize_area_scratch(int32_t width, int32_t new_width);

/// The exact mean of the area under every new pixel, rounded to the nearest (half up), in integers.
///
/// `pixels` is the first pixel of the part to shrink (or enlarge), `width` × `height` RGB pixels in rows `stride` bytes apart; the
/// result is `new_width` × `new_height` pixels in rows `new_stride` bytes apart. No side may be over
/// 16,000,000. `level` is a VM_CPU_… level; the result is the same bytes on each.
void vm_resize_area(const uint8_t *pixels, ptrdiff_t stride, int32_t width, int32_t height, uint8_t *result,
                    ptrdiff_t new_stride, int32_t new_width, int32_t new_height, void *scratch, int level);

#endif
