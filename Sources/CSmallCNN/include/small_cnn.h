#ifndef VECMILL_SMALL_CNN_H
#define VECMILL_SMALL_CNN_H

#include <stddef.h>

/// The weight file of the built-in network, as it lies under models/small-cnn.
extern const unsigned char vm_small_cnn[];
extern const size_t vm_small_cnn_size;

#endif
