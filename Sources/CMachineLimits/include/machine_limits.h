#ifndef VECMILL_MACHINE_LIMITS_H
#define VECMILL_MACHINE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

// What one core of this machine can do at most, for benchmarks: each call works for some milliseconds.

/// Does `rounds` times 16 vector fused multiply-adds; returns how many floating-point operations that is.
double vm_limit_fma(size_t rounds, float *sink);

/// Looks up bytes in registers (vpermi2b or vpshufb); returns how many. 0 where there is no such instruction.
double vm_limit_lookups(size_t rounds, uint8_t *sink);

/// Multiplies bytes and adds the products to 32-bit sums in registers (vpdpbusd); returns how many. 0 where there is no such instruction.
double vm_limit_products(size_t rounds, uint8_t *sink);

/// Adds up `count` words of memory.
uint64_t vm_limit_read(const uint64_t *words, size_t count);

#endif
