#ifndef VECMILL_JPEG_COLOUR_H
#define VECMILL_JPEG_COLOUR_H

#include <stdint.h>

/// YCbCr to RGB as in JFIF, in libjpeg's fixed point. Reads up to 8 samples and writes up to 32 bytes beyond the width.
void vm_jpeg_colours(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, unsigned width, uint8_t *rgb);

#endif
