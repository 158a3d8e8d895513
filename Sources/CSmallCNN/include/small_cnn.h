#ifndef VECMILL_SMALL_CNN_H
#define VECMILL_SMALL_CNN_H

#include <stddef.h>

/// The weight file of the built-in network, models/small-cnn/small-cnn.vmw.
const unsigned char *vm_small_cnn(void);

/// Its bytes.
size_t vm_small_cnn_size(void);

#endif
