#ifndef VECMILL_HEAP_H
#define VECMILL_HEAP_H

/// Gives free memory back to the system, where the C library can: malloc_trim, which Swift's Glibc module does not show.
void vm_trim_heap(void);

#endif
