// Scans codes for exact distances by lower bounds in bytes.
//
// Each table is moved down to a least value of 0, scaled so that the distance of the heap's worst hit comes to 250, and
// rounded down to bytes; the sum of a code's bytes, saturated at 255, is then a lower bound of its distance that the
// processor finds for 64 codes at a time. Only codes whose bound is not above the worst hit are computed in floats.
// The idea is from André, Kermarrec, Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor
// search with product quantization fast scan", 2015; here with whole tables of 8-bit codes. A byte of two 4-bit codes
// is looked up as one code of 8 bits, which takes half the lookups.

#include "codes_scan.h"

#include <math.h>
#include <stdlib.h>

#include "cpu_level.h"
#include "hits_inline.h"

#pragma STDC FP_CONTRACT OFF

enum { GROUP = 16, EXACT_BLOCKS = 4 };

static void block_distances(const uint8_t *block, size_t size, uint32_t bits, const float *tables, float base,
                            float *out) {
  float even[64] = {0}, odd[64] = {0};
  for (size_t m = 0; m < size; m++) {
    float *sum = m % 2 ? odd : even;
    const uint8_t *codes = block + m * 64;
    const float *table = tables + m * (bits == 8 ? 256 : 32);
    if (bits == 8)
      for (int lane = 0; lane < 64; lane++) sum[lane] += table[codes[lane]];
    else
      for (int lane = 0; lane < 64; lane++) sum[lane] += table[codes[lane] & 15] + table[16 + (codes[lane] >> 4)];
  }
  for (int lane = 0; lane < 64; lane++) out[lane] = base + (even[lane] + odd[lane]);
}

static inline float distance(const uint8_t *block, unsigned lane, size_t size, uint32_t bits, const float *tables,
                             float base) {
  float sums[2] = {0, 0};
  const uint8_t *code = block + lane;
  if (bits == 8)
    for (size_t m = 0; m < size; m++) sums[m % 2] += tables[m * 256 + code[m * 64]];
  else
    for (size_t m = 0; m < size; m++)
      sums[m % 2] += tables[m * 32 + (code[m * 64] & 15)] + tables[m * 32 + 16 + (code[m * 64] >> 4)];
  return base + (sums[0] + sums[1]);
}

static uint64_t lanes_of(const vm_codes *codes, size_t block) {
  size_t rest = codes->count - block * 64;
  uint64_t lanes = rest >= 64 ? ~0ull : (1ull << rest) - 1;
  return codes->allowed ? lanes & codes->allowed[block] : lanes;
}

static inline int64_t id_of(const vm_codes *codes, size_t vector) {
  return codes->ids ? codes->ids[vector] : codes->first + (int64_t)vector;
}

/// Fetches the ids of some codes of a block: they lie anywhere in memory, and are asked for when a code is taken.
static void fetch_ids(const vm_codes *codes, size_t block, uint64_t lanes) {
  if (!codes->ids) return;
  for (unsigned line = 0; line < 64; line += 8)
    if (lanes >> line & 255) __builtin_prefetch(codes->ids + block * 64 + line);
}

/// Offers some of the 64 codes of a block of 4-bit codes, 16 at a time; whether one was taken.
static int offer_quarters(const vm_codes *codes, size_t block, uint64_t lanes, scan_query *q, size_t k,
                          const scan_level *level) {
  const uint8_t *at = codes->blocks + block * codes->size * 64;
  int taken = 0;
  for (unsigned first = 0; first < 64; first += 16) {
    uint32_t some = lanes >> first & 0xffff;
    if (!some) continue;
    float found[16];
    some &= level->near16(at + first, codes->size, q->tables, q->base, q->heap[0].distance, found);
    for (; some; some &= some - 1) {
      unsigned lane = (unsigned)__builtin_ctz(some);
      taken |= vm_hits_push(q->heap, k, found[lane], id_of(codes, block * 64 + first + lane));
    }
  }
  return taken;
}

static void scan_exactly(const vm_codes *codes, size_t block, scan_query *q, size_t k, const scan_level *level) {
  float out[64];
  uint64_t lanes = lanes_of(codes, block);
  if (!lanes) return;
  fetch_ids(codes, block, lanes);
  if (codes->bits == 4 && level && level->near16) {
    offer_quarters(codes, block, lanes, q, k, level);
    return;
  }
  block_distances(codes->blocks + block * codes->size * 64, codes->size, codes->bits, q->tables, q->base, out);
  for (; lanes; lanes &= lanes - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(lanes);
    vm_hits_push(q->heap, k, out[lane], id_of(codes, block * 64 + lane));
  }
}

/// The largest sum of bytes that a code at the heap's worst distance can have; above 254 it excludes nothing.
static float largest_sum(const scan_query *q) {
  float sum = (q->heap[0].distance - q->floor + q->error) * q->scale * 1.00001f + 1;
  return sum < 255 ? sum < 0 ? 0 : sum : 255;
}

static void quantize(scan_query *q, const vm_codes *codes, const scan_level *level) {
  float gap = q->heap[0].distance - q->floor;
  q->scale = 250 / (gap > q->error ? gap : q->error);
  level->quantize(q->tables, q->least, codes->size, (int)codes->bits, q->scale, q->bytes);
  q->limit = (uint8_t)largest_sum(q);
}

void vm_scan_prepare(scan_query *q, size_t size, uint32_t bits, float magnitude) {
  float sum = 0;
  for (size_t m = 0; m < (bits == 8 ? size : size * 2); m++) sum += q->least[m];
  q->floor = q->base + sum;
  q->error = (magnitude + fabsf(q->base)) * (float)(4 * size + 8) * 1.2e-7f + 1e-37f;
}

/// Computes the codes that their bounds let through, block after block.
static void rescore(const vm_codes *codes, size_t block, size_t count, const uint64_t *masks, scan_query *q, size_t k,
                    const scan_level *level) {
  const size_t stride = (size_t)codes->size * 64;
  for (size_t b = 0; b < count; b++)
    if (masks[b]) fetch_ids(codes, block + b, masks[b]);
  for (size_t b = 0; b < count; b++) {
    uint64_t lanes = masks[b];
    if (!lanes) continue;
    lanes &= lanes_of(codes, block + b);
    if (codes->bits == 4 && level->near16) {
      if (offer_quarters(codes, block + b, lanes, q, k, level)) q->limit = (uint8_t)largest_sum(q);
      continue;
    }
    const uint8_t *at = codes->blocks + (block + b) * stride;
    int taken = 0;
    for (; lanes; lanes &= lanes - 1) {
      unsigned lane = (unsigned)__builtin_ctzll(lanes);
      float found = distance(at, lane, codes->size, codes->bits, q->tables, q->base);
      taken |= vm_hits_push(q->heap, k, found, id_of(codes, (block + b) * 64 + lane));
    }
    if (taken) q->limit = (uint8_t)largest_sum(q);
  }
}

/// How many of the next blocks' codes a filter leaves.
static size_t allowed_in(const vm_codes *codes, size_t block, size_t count) {
  size_t sum = 0;
  for (size_t b = 0; b < count; b++) sum += (size_t)__builtin_popcountll(codes->allowed[block + b]);
  return sum;
}

static void scan_group(const vm_codes *codes, size_t block, size_t end, scan_query *qs, int queries, size_t k,
                       const scan_level *level, int alone) {
  const size_t stride = (size_t)codes->size * 64;
  uint64_t masks[2][SCAN_BLOCKS];
  for (; block < end; block += SCAN_BLOCKS) {
    size_t count = end - block < SCAN_BLOCKS ? end - block : SCAN_BLOCKS;
    size_t left = codes->allowed ? allowed_in(codes, block, count) : SCAN_BLOCKS * 64;
    if (left == 0) continue;
    if (left < 24) {
      for (int q = 0; q < queries; q++) rescore(codes, block, count, codes->allowed + block, qs + q, k, level);
      continue;
    }
    scan_pair pair = {{qs[0].bytes, NULL}, {qs[0].limit, 0}, queries};
    if (queries == 2) pair.tables[1] = qs[1].bytes, pair.limits[1] = qs[1].limit;
    const uint8_t *ahead = alone && block + 3 * SCAN_BLOCKS <= codes->count / 64
                               ? codes->blocks + (block + 2 * SCAN_BLOCKS) * stride
                               : NULL;
    level->bound(codes->blocks + block * stride, codes->size, count, &pair, masks, ahead);
    for (int q = 0; q < queries; q++) rescore(codes, block, count, masks[q], qs + q, k, level);
  }
}

void vm_scan_one(const vm_codes *codes, scan_query *q, size_t k, const scan_level *level) {
  size_t blocks = (codes->count + 63) / 64, block = 0;
  if (q->floor - q->error > q->heap[0].distance) return;
  for (; block < blocks && (!level || q->heap[0].distance == INFINITY); block++) scan_exactly(codes, block, q, k, level);
  if (block == blocks) return;
  float sum = q->scale > 0 ? largest_sum(q) : 0;
  if (sum < 80 || sum >= 255) quantize(q, codes, level);
  else q->limit = (uint8_t)sum;
  // While the heap is new its worst hit falls fast, and few blocks at a time are bounded by it.
  size_t some = block ? 1 : SCAN_BLOCKS;
  while (block < blocks) {
    size_t end = block + some < blocks ? block + some : blocks;
    scan_group(codes, block, end, q, 1, k, level, 0);
    block = end;
    if (some < SCAN_BLOCKS) some *= 2;
    if (block < blocks && q->limit < 170) quantize(q, codes, level);
  }
}

const scan_level *vm_scan_level(void) {
#if defined(__x86_64__)
  int level = vm_cpu_level();
  if (level >= VM_CPU_AVX512_VBMI) return &vm_scan_vbmi;
  if (level >= VM_CPU_AVX2) return &vm_scan_avx2;
#endif
  return NULL;
}

static void scan_portable(const vm_codes *codes, scan_query *qs, size_t queries, size_t k) {
  for (size_t block = 0; block < (codes->count + 63) / 64; block++)
    for (size_t q = 0; q < queries; q++) scan_exactly(codes, block, qs + q, k, NULL);
}

static void scan_bounded(const vm_codes *codes, scan_query *qs, size_t queries, size_t k, const scan_level *level) {
  const size_t blocks = (codes->count + 63) / 64, values = codes->bits == 8 ? 256 : 16;
  size_t start = 0;  // every query has gone over the blocks before it exactly, so that its heap is full
  for (size_t q = 0; q < queries; q++)
    while (start < blocks && (qs[q].heap[0].distance == INFINITY || (blocks > GROUP * 4 && start < EXACT_BLOCKS))) {
      for (size_t other = 0; other < queries; other++) scan_exactly(codes, start, qs + other, k, level);
      start++;
    }
  if (start == blocks) return;
  for (size_t q = 0; q < queries; q++) {
    float magnitude = level->range(qs[q].tables, vm_table_size(codes) / values, values, qs[q].least);
    vm_scan_prepare(qs + q, codes->size, codes->bits, magnitude);
    quantize(qs + q, codes, level);
  }
  for (size_t group = start; group < blocks; group += GROUP) {
    size_t end = group + GROUP < blocks ? group + GROUP : blocks;
    for (size_t q = 0; q < queries; q += 2)
      scan_group(codes, group, end, qs + q, q + 2 <= queries ? 2 : 1, k, level, queries == 1);
    for (size_t q = 0; q < queries && end < blocks; q++)
      if (qs[q].limit < 190) quantize(qs + q, codes, level);
  }
}

void vm_scan_codes(const vm_codes *codes, const float *tables, const float *bases, size_t queries, vm_hit *heaps,
                   size_t k) {
  if (codes->count == 0 || queries == 0) return;
  const size_t size = codes->size, stride = vm_table_size(codes);
  scan_query *qs = malloc(queries * sizeof(scan_query));
  float *least = malloc(queries * size * 2 * sizeof(float));
  uint8_t *bytes = aligned_alloc(64, queries * scan_bytes_size(size));
  for (size_t q = 0; q < queries; q++)
    qs[q] = (scan_query){.tables = tables + q * stride, .heap = heaps + q * k, .bytes = bytes + q * scan_bytes_size(size),
                         .least = least + q * size * 2, .base = bases[q]};
  const scan_level *level = vm_scan_level();
  if (level) scan_bounded(codes, qs, queries, k, level);
  else scan_portable(codes, qs, queries, k);
  free(qs), free(least), free(bytes);
}
