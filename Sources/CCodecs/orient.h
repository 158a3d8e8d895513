#ifndef VECMILL_ORIENT_H
#define VECMILL_ORIENT_H

#include <stddef.h>

/// Where the pixels of an oriented picture go: pixel (x, y) of the stored one is written at start + x * dx + y * dy.
typedef struct {
  ptrdiff_t start, dx, dy;
} vm_steps;

/// Steps in pixels for EXIF's orientation (Exif 2.3, tag 0x0112).
static inline vm_steps vm_steps_of(int orientation, ptrdiff_t w, ptrdiff_t h) {
  switch (orientation) {
    case 2: return (vm_steps){w - 1, -1, w};
    case 3: return (vm_steps){w * h - 1, -1, -w};
    case 4: return (vm_steps){(h - 1) * w, 1, -w};
    case 5: return (vm_steps){0, h, 1};
    case 6: return (vm_steps){h - 1, h, -1};
    case 7: return (vm_steps){w * h - 1, -h, -1};
    case 8: return (vm_steps){(w - 1) * h, -h, 1};
    default: return (vm_steps){0, 1, w};
  }
}

#endif
