#include "small_cnn.h"

const unsigned char vm_small_cnn[] = {0};
const size_t vm_small_cnn_size = 0;
