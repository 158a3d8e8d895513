#ifndef VECMILL_SHA256_H
#define VECMILL_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// Whether the processor has instructions for SHA-256, so that the functions below may be called.
int vm_sha256_supported(void);

/// SHA-256 of a stream, up to its last whole block of 64 bytes.
typedef struct {
  uint32_t state[8];
  uint64_t bytes;
} vm_sha256;

void vm_sha256_start(vm_sha256 *);

/// Adds as many blocks to each of two different streams.
///
/// One stream alone waits for each round's result; two of them fill the unit and cost little more than one.
void vm_sha256_add_two(vm_sha256 *a, const uint8_t *a_data, vm_sha256 *b, const uint8_t *b_data, size_t blocks);

void vm_sha256_add(vm_sha256 *, const uint8_t *data, size_t blocks);

/// Adds the last `count` bytes, fewer than 64, and writes the digest.
void vm_sha256_finish(vm_sha256 *, const uint8_t *rest, size_t count, uint8_t digest[32]);

#endif
