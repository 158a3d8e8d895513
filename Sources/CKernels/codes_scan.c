// Scans codes for exact distances by lower bounds in bytes.
//
// Each table is moved down to a least value of 0, scaled so that the distance of the heap's worst hit comes to 250, and
// rounded down to bytes; the sum of a code's bytes, saturated at 255, is then a lower bound of its distance that the
// processor finds for 64 codes at a time. Only codes whose bound is not above the worst hit are computed in floats.
// André, Kermarrec, Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor search with product
// quantization fast scan", 2015, is where the idea is from; here with 8-bit codes and whole tables.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "codes_levels.h"
#include "cpu_level.h"
#include "hits_inline.h"

#pragma STDC FP_CONTRACT OFF

enum { GROUP = 16, EXACT_BLOCKS = 4 };

/// One query on its way through the codes.
typedef struct {
  const float *table;
  vm_hit *heap;
  uint8_t *bytes;
  float base;   ///< added to every sum
  float floor;  ///< base and the least value of every table: no distance is below it
  float error;  ///< more than rounding can change a distance
  float scale;
  uint8_t limit;
} query;

static void block_distances(const uint8_t *block, size_t size, const float *table, float base, float *out) {
  float even[64] = {0}, odd[64] = {0};
  for (size_t m = 0; m < size; m++) {
    float *sum = m % 2 ? odd : even;
    for (int lane = 0; lane < 64; lane++) sum[lane] += table[m * 256 + block[m * 64 + lane]];
  }
  for (int lane = 0; lane < 64; lane++) out[lane] = base + (even[lane] + odd[lane]);
}

static inline float distance(const uint8_t *block, unsigned lane, size_t size, const float *table, float base) {
  float even = 0, odd = 0;
  size_t m = 0;
  for (; m + 2 <= size; m += 2) {
    even += table[m * 256 + block[m * 64 + lane]];
    odd += table[m * 256 + 256 + block[m * 64 + 64 + lane]];
  }
  if (m < size) even += table[m * 256 + block[m * 64 + lane]];
  return base + (even + odd);
}

static uint64_t lanes_of(const vm_codes *codes, size_t block) {
  size_t rest = codes->count - block * 64;
  uint64_t lanes = rest >= 64 ? ~0ull : (1ull << rest) - 1;
  return codes->allowed ? lanes & codes->allowed[block] : lanes;
}

static inline int64_t id_of(const vm_codes *codes, size_t vector) {
  return codes->ids ? codes->ids[vector] : codes->first + (int64_t)vector;
}

static void scan_exactly(const vm_codes *codes, size_t block, query *q, size_t k) {
  float out[64];
  uint64_t lanes = lanes_of(codes, block);
  if (!lanes) return;
  block_distances(codes->blocks + block * codes->size * 64, codes->size, q->table, q->base, out);
  for (; lanes; lanes &= lanes - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(lanes);
    vm_hits_push(q->heap, k, out[lane], id_of(codes, block * 64 + lane));
  }
}

/// The largest sum of bytes that a code at the heap's worst distance can have.
static uint8_t limit_of(const query *q) {
  float sum = (q->heap[0].distance - q->floor + q->error) * q->scale * 1.00001f;
  return sum >= 254 ? 255 : sum < 0 ? 0 : (uint8_t)(sum + 1);
}

static void quantize(query *q, const scan_level *level, const float *least, size_t size) {
  float gap = q->heap[0].distance - q->floor;
  q->scale = 250 / (gap > q->error ? gap : q->error);
  for (size_t m = 0; m < size; m++) level->quantize(q->table + m * 256, least[m], q->scale, q->bytes + m * 256);
  q->limit = limit_of(q);
}

static void prepare(query *q, const scan_level *level, float *least, size_t size) {
  float sum = 0, magnitude = fabsf(q->base);
  for (size_t m = 0; m < size; m++) {
    float largest;
    level->range(q->table + m * 256, least + m, &largest);
    sum += least[m];
    magnitude += largest;
  }
  q->floor = q->base + sum;
  q->error = magnitude * (float)(2 * size + 8) * 1.2e-7f + 1e-37f;
}

/// Computes the codes that their bounds let through, block after block.
static void rescore(const vm_codes *codes, size_t block, size_t count, const uint64_t *masks, query *q, size_t k) {
  const size_t stride = (size_t)codes->size * 64;
  for (size_t b = 0; b < count; b++) {
    uint64_t lanes = masks[b];
    if (!lanes) continue;
    lanes &= lanes_of(codes, block + b);
    const uint8_t *at = codes->blocks + (block + b) * stride;
    int taken = 0;
    for (; lanes; lanes &= lanes - 1) {
      unsigned lane = (unsigned)__builtin_ctzll(lanes);
      float found = distance(at, lane, codes->size, q->table, q->base);
      taken |= vm_hits_push(q->heap, k, found, id_of(codes, (block + b) * 64 + lane));
    }
    if (taken) q->limit = limit_of(q);
  }
}

/// How many of the next blocks' codes a filter leaves.
static size_t allowed_in(const vm_codes *codes, size_t block, size_t count) {
  size_t sum = 0;
  for (size_t b = 0; b < count; b++) sum += (size_t)__builtin_popcountll(codes->allowed[block + b]);
  return sum;
}

static void scan_group(const vm_codes *codes, size_t block, size_t end, query *qs, int queries, size_t k,
                       const scan_level *level, int alone) {
  const size_t stride = (size_t)codes->size * 64;
  uint64_t masks[2][SCAN_BLOCKS];
  for (; block < end; block += SCAN_BLOCKS) {
    size_t count = end - block < SCAN_BLOCKS ? end - block : SCAN_BLOCKS;
    size_t left = codes->allowed ? allowed_in(codes, block, count) : SCAN_BLOCKS * 64;
    if (left == 0) continue;
    if (left < 24) {
      for (int q = 0; q < queries; q++) rescore(codes, block, count, codes->allowed + block, qs + q, k);
      continue;
    }
    scan_pair pair = {{qs[0].bytes, NULL}, {qs[0].limit, 0}, queries};
    if (queries == 2) pair.tables[1] = qs[1].bytes, pair.limits[1] = qs[1].limit;
    const uint8_t *ahead = alone && block + 3 * SCAN_BLOCKS <= codes->count / 64
                               ? codes->blocks + (block + 2 * SCAN_BLOCKS) * stride
                               : NULL;
    level->bound(codes->blocks + block * stride, codes->size, count, &pair, masks, ahead);
    for (int q = 0; q < queries; q++) rescore(codes, block, count, masks[q], qs + q, k);
  }
}

static void scan_bounded(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                         size_t k, const scan_level *level) {
  const size_t size = codes->size, blocks = (codes->count + 63) / 64;
  query *qs = malloc(queries * sizeof(query));
  float *least = malloc(queries * size * sizeof(float));
  uint8_t *bytes = aligned_alloc(64, queries * size * 256);
  size_t start = 0;  // the same for all queries: they have filled their heaps exactly up to here
  for (size_t q = 0; q < queries; q++)
    qs[q] = (query){.table = tables + q * size * 256, .heap = heaps + q * k, .bytes = bytes + q * size * 256,
                    .base = bases[q]};
  for (size_t q = 0; q < queries; q++)
    while (start < blocks && (qs[q].heap[0].distance == INFINITY || (blocks > GROUP * 4 && start < EXACT_BLOCKS))) {
      for (size_t other = 0; other < queries; other++) scan_exactly(codes, start, qs + other, k);
      start++;
    }
  if (start < blocks)
    for (size_t q = 0; q < queries; q++) {
      prepare(qs + q, level, least + q * size, size);
      quantize(qs + q, level, least + q * size, size);
    }
  for (size_t group = start; group < blocks; group += GROUP) {
    size_t end = group + GROUP < blocks ? group + GROUP : blocks;
    for (size_t q = 0; q < queries; q += 2)
      scan_group(codes, group, end, qs + q, q + 2 <= queries ? 2 : 1, k, level, queries == 1);
    for (size_t q = 0; q < queries && end < blocks; q++)
      if (qs[q].limit < 190) quantize(qs + q, level, least + q * size, size);
  }
  free(qs), free(least), free(bytes);
}

static void scan_portable(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                          size_t k) {
  for (size_t block = 0; block < (codes->count + 63) / 64; block++)
    for (size_t q = 0; q < queries; q++) {
      query one = {.table = tables + q * codes->size * 256, .heap = heaps + q * k, .base = bases[q]};
      scan_exactly(codes, block, &one, k);
    }
}

static void scan_bytes(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                       size_t k) {
#if defined(__x86_64__)
  int level = vm_cpu_level();
  if (level >= VM_CPU_AVX2)
    return scan_bounded(codes, tables, bases, queries, heaps, k,
                        level >= VM_CPU_AVX512_VBMI ? &vm_scan_vbmi : &vm_scan_avx2);
#endif
  scan_portable(codes, tables, bases, queries, heaps, k);
}

/// Two 4-bit codes share a byte: a table of all 256 pairs turns them into one code of 8 bits.
static void join_tables(const float *tables, size_t count, float *joint) {
  for (size_t t = 0; t < count; t++)
    for (int odd = 0; odd < 16; odd++)
      for (int even = 0; even < 16; even++) joint[t * 256 + odd * 16 + even] = tables[t * 32 + even] + tables[t * 32 + 16 + odd];
}

void vm_scan_codes(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                   size_t k) {
  if (codes->count == 0 || queries == 0) return;
  if (codes->bits == 8) return scan_bytes(codes, tables, bases, queries, heaps, k);
  float *joint = malloc(queries * codes->size * 256 * sizeof(float));
  join_tables(tables, queries * codes->size, joint);
  scan_bytes(codes, joint, bases, queries, heaps, k);
  free(joint);
}
