#ifndef VECMILL_HEAP_H
#define VECMILL_HEAP_H

/// Gives free memory back to the system, where the C library can: malloc_trim, which Swift's Glibc module does not show.
void vm_trim_heap(void);

/// Bytes of the process that are in memory; 0 where the system does not tell.
long vm_resident_bytes(void);

#endif
