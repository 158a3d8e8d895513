#include "small_cnn.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file[] = {
#embed "../../models/small-cnn/small-cnn.vmw"
};

const unsigned char *vm_small_cnn(void) { return file; }

size_t vm_small_cnn_size(void) { return sizeof file; }
