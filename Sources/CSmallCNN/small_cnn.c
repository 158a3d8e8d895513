#include "small_cnn.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_64[] = {
#embed "../../models/small-cnn/small-cnn.vmw"
};

static const unsigned char file_96[] = {
#embed "../../models/small-cnn/small-cnn-96.vmw"
};

static const unsigned char file_128[] = {
#embed "../../models/small-cnn/cnn-large.vmw"
};

const unsigned char *vm_small_cnn(int size) {
  return size == 64 ? file_64 : size == 96 ? file_96 : size == 128 ? file_128 : NULL;
}

size_t vm_small_cnn_size(int size) {
  return size == 64 ? sizeof file_64 : size == 96 ? sizeof file_96 : size == 128 ? sizeof file_128 : 0;
}
