#include "heap.h"

// Any header of the C library tells which one it is.
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void vm_trim_heap(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
