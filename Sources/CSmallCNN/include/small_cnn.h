#ifndef VECMILL_SMALL_CNN_H
#define VECMILL_SMALL_CNN_H

#include <stddef.h>

/// The weight file of the built-in network for pictures of `size` × `size` pixels (64, 96 or 128), models/small-cnn; null for other sizes.
const unsigned char *vm_small_cnn(int size);

/// Its bytes; 0 for other sizes.
size_t vm_small_cnn_size(int size);

#endif
