#include "lists.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codes_scan.h"
#include "levels.h"
#include "panels.h"

#pragma STDC FP_CONTRACT OFF

/// Lists whose tables are made together: enough for a whole tile of the product kernel, few enough for the cache.
enum { TOGETHER = 8 };

/// Tables |c|^2 / 2 - <r, c> (or -<r, c>) of n rows, `stride` floats each; a missing odd part is zero.
static void half_tables(const vm_lists *lists, const float *r, size_t n, float *tables, size_t stride) {
  const vm_quantizer *q = lists->quantizer;
  const size_t K = (size_t)1 << q->bits, d = (size_t)q->parts * q->dsub;
  for (size_t m = 0; m < q->parts; m++)
    vm_scores(r + m * q->dsub, n, d, q->panels + m * K * q->dsub, lists->product ? NULL : q->half + m * K, K, q->dsub,
              tables + m * K, stride);
  for (size_t i = 0; i < n; i++)
    for (size_t v = q->parts * K; v < stride; v++) tables[i * stride + v] = 0;
}

/// |r|^2 / 2, in 16 sums side by side.
static float half_norm(const float *r, size_t d) {
  v16f sums = (v16f)(0.0f);
  size_t t = 0;
  for (; t + 16 <= d; t += 16) sums += *(const v16f *)(r + t) * *(const v16f *)(r + t);
  float sum = 0;
  for (; t < d; t++) sum += r[t] * r[t];
  for (int lane = 0; lane < 16; lane++) sum += sums[lane];
  return sum * 0.5f;
}

static vm_codes codes_of(const vm_lists *lists, size_t list) {
  vm_codes codes = lists->codes;
  vm_span span = lists->spans[list];
  codes.blocks += span.start * codes.size;
  if (codes.ids) codes.ids += span.start;
  if (codes.allowed) codes.allowed += span.start / 64;
  codes.count = span.count;
  codes.first = (int64_t)span.start;
  return codes;
}

static void least_of(const float *tables, size_t count, size_t values, const scan_level *level, float *least) {
  if (level) level->least(tables, count, values, least);
  else
    for (size_t m = 0; m < count; m++) {
      least[m] = tables[m * values];
      for (size_t i = 1; i < values; i++)
        if (tables[m * values + i] < least[m]) least[m] = tables[m * values + i];
    }
}

/// By Cauchy and Schwarz, the sum over parts of the largest magnitude in a table of a vector of half norm `half`.
static float magnitude_of(const vm_lists *lists, float half) {
  return lists->largest_half + 2 * sqrtf(half * lists->largest_half);
}

/// Fetches the first codes of a list, as many as a list of usual length has, while the one before it is scanned.
static void fetch(const vm_lists *lists, size_t list) {
  vm_span span = lists->spans[list];
  size_t bytes = (span.count + 63) / 64 * 64 * lists->codes.size;
  const uint8_t *from = lists->codes.blocks + span.start * lists->codes.size;
  for (size_t at = 0; at < bytes && at < 1 << 13; at += 64) __builtin_prefetch(from + at, 0, 2);
}

void vm_scan_lists(const vm_lists *lists, const float *x, const vm_hit *probes, size_t count, vm_hit *heap, size_t k) {
  const vm_quantizer *quantizer = lists->quantizer;
  const size_t d = (size_t)quantizer->parts * quantizer->dsub, size = lists->codes.size, bits = lists->codes.bits;
  const size_t values = bits == 8 ? 256 : 16, stride = vm_table_size(&lists->codes), tables_count = stride / values;
  const int each = lists->by_residual && !lists->product;
  const scan_level *level = vm_scan_level();
  float *tables = malloc((each ? TOGETHER : 1) * stride * sizeof(float));
  float *r = malloc(TOGETHER * d * sizeof(float)), *least = malloc(tables_count * sizeof(float));
  scan_query q = {.tables = tables, .heap = heap, .bytes = aligned_alloc(64, scan_bytes_size(size)), .least = least};
  float half = half_norm(x, d);
  if (!each) {
    half_tables(lists, x, 1, tables, stride);
    least_of(tables, tables_count, values, level, least);
  }
  for (size_t p = 0; p < count; p += TOGETHER) {
    size_t some = count - p < TOGETHER ? count - p : TOGETHER;
    if (each) {
      for (size_t i = 0; i < some; i++) {
        const float *centroid = lists->centroids + (size_t)probes[p + i].id * d;
        for (size_t t = 0; t < d; t++) r[i * d + t] = x[t] - centroid[t];
      }
      half_tables(lists, r, some, tables, stride);
    }
    for (size_t i = 0; i < some; i++) {
      size_t list = (size_t)probes[p + i].id;
      if (lists->spans[list].count == 0) continue;
      if (each) {
        half = half_norm(r + i * d, d);
        q.tables = tables + i * stride;
        q.scale = 0;
        least_of(q.tables, tables_count, values, level, least);
      }
      q.base = lists->product ? lists->by_residual ? probes[p + i].distance : 0 : half;
      vm_scan_prepare(&q, size, (uint32_t)bits, magnitude_of(lists, half));
      if (p + i + 1 < count) fetch(lists, (size_t)probes[p + i + 1].id);
      vm_codes codes = codes_of(lists, list);
      vm_scan_one(&codes, &q, k, level);
    }
  }
  free(tables), free(r), free(least), free(q.bytes);
}

/// Which queries visit each list with some of their probes: starts[list] ..< starts[list + 1] of the visits. The last probes of a
/// query are empty hits where fewer lists are near.
typedef struct {
  size_t *starts;
  uint32_t *visits;  ///< query * nprobe + rank
} visit_order;

static void order_visits(visit_order *order, const vm_hit *probes, size_t n, size_t nprobe, size_t first, size_t end,
                         size_t count) {
  memset(order->starts, 0, (count + 2) * sizeof(size_t));
  size_t *next = order->starts + 1;
  for (size_t i = 0; i < n; i++)
    for (size_t p = first; p < end && probes[i * nprobe + p].id < (int64_t)count; p++) next[probes[i * nprobe + p].id + 1]++;
  for (size_t list = 0; list < count; list++) next[list + 1] += next[list];
  for (size_t i = 0; i < n; i++)
    for (size_t p = first; p < end && probes[i * nprobe + p].id < (int64_t)count; p++)
      order->visits[next[probes[i * nprobe + p].id]++] = (uint32_t)(i * nprobe + p);
}

/// What the queries of a batch have for themselves, or, where every list has tables of its own, the next few visits.
typedef struct {
  scan_query *queries;
  float *tables, *least, *residuals;
  uint8_t *bytes;
} batch_room;

static void visit_list(const vm_lists *lists, size_t list, const uint32_t *visits, size_t count, const float *x,
                       const vm_hit *probes, size_t nprobe, batch_room *room, vm_hit *heaps, size_t k,
                       const scan_level *level) {
  const size_t d = (size_t)lists->quantizer->parts * lists->quantizer->dsub, stride = vm_table_size(&lists->codes);
  const size_t values = lists->codes.bits == 8 ? 256 : 16, tables = stride / values;
  const vm_codes codes = codes_of(lists, list);
  const int each = lists->by_residual && !lists->product;
  for (size_t first = 0; first < count; first += TOGETHER) {
    size_t some = count - first < TOGETHER ? count - first : TOGETHER;
    if (each) {
      for (size_t i = 0; i < some; i++) {
        const float *own = x + visits[first + i] / nprobe * d, *centroid = lists->centroids + list * d;
        for (size_t t = 0; t < d; t++) room->residuals[i * d + t] = own[t] - centroid[t];
      }
      half_tables(lists, room->residuals, some, room->tables, stride);
    }
    for (size_t i = 0; i < some; i++) {
      size_t query = visits[first + i] / nprobe;
      scan_query *q = room->queries + (each ? i : query);
      q->heap = heaps + query * k;
      float half = 0;
      if (each) {
        half = half_norm(room->residuals + i * d, d);
        q->scale = 0;
        least_of(q->tables, tables, values, level, q->least);
      } else {
        half = half_norm(x + query * d, d);
      }
      q->base = lists->product ? lists->by_residual ? probes[visits[first + i]].distance : 0 : half;
      vm_scan_prepare(q, codes.size, codes.bits, magnitude_of(lists, half));
      vm_scan_one(&codes, q, k, level);
    }
  }
}

void vm_scan_lists_batch(const vm_lists *lists, size_t list_count, const float *x, size_t n, const vm_hit *probes,
                         size_t nprobe, vm_hit *heaps, size_t k) {
  const size_t d = (size_t)lists->quantizer->parts * lists->quantizer->dsub, stride = vm_table_size(&lists->codes);
  const size_t values = lists->codes.bits == 8 ? 256 : 16, tables = stride / values;
  const int each = lists->by_residual && !lists->product;
  const size_t rooms = each ? TOGETHER : n, bytes = scan_bytes_size(lists->codes.size);
  const scan_level *level = vm_scan_level();
  batch_room room = {malloc(rooms * sizeof(scan_query)), malloc(rooms * stride * sizeof(float)),
                     malloc(rooms * tables * sizeof(float)), malloc(TOGETHER * d * sizeof(float)),
                     aligned_alloc(64, rooms * bytes)};
  for (size_t i = 0; i < rooms; i++)
    room.queries[i] = (scan_query){
        .tables = room.tables + i * stride, .bytes = room.bytes + i * bytes, .least = room.least + i * tables};
  if (!each) {
    half_tables(lists, x, n, room.tables, stride);
    for (size_t i = 0; i < n; i++) least_of(room.tables + i * stride, tables, values, level, room.least + i * tables);
  }
  visit_order order = {malloc((list_count + 2) * sizeof(size_t)), malloc(n * nprobe * sizeof(uint32_t))};
  // The nearest list of every query first: it leaves a heap that little gets into.
  for (size_t first = 0, end = 1; first < nprobe; first = end, end = nprobe) {
    order_visits(&order, probes, n, nprobe, first, end, list_count);
    for (size_t list = 0; list < list_count; list++) {
      size_t start = order.starts[list], visits = order.starts[list + 1] - start;
      if (visits == 0 || lists->spans[list].count == 0) continue;
      fetch(lists, list);
      visit_list(lists, list, order.visits + start, visits, x, probes, nprobe, &room, heaps, k, level);
    }
  }
  free(room.queries), free(room.tables), free(room.least), free(room.residuals), free(room.bytes);
  free(order.starts), free(order.visits);
}
