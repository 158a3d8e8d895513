#include "machine_limits.h"

#include "cpu_level.h"
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

LEVEL_AVX512 static double fma_avx512(size_t rounds, float *sink) {
  __m512 acc[16], x = _mm512_set1_ps(sink[0]), y = _mm512_set1_ps(1e-9f);
  UNROLL for (int i = 0; i < 16; i++) acc[i] = _mm512_set1_ps((float)i);
  for (size_t r = 0; r < rounds; r++) UNROLL for (int i = 0; i < 16; i++) acc[i] = _mm512_fmadd_ps(acc[i], x, y);
  for (int i = 1; i < 16; i++) acc[0] = _mm512_add_ps(acc[0], acc[i]);
  sink[0] = _mm512_reduce_add_ps(acc[0]);
  return (double)rounds * 16 * 32;
}

LEVEL_AVX2 static double fma_avx2(size_t rounds, float *sink) {
  __m256 acc[12], x = _mm256_set1_ps(sink[0]), y = _mm256_set1_ps(1e-9f);
  UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm256_set1_ps((float)i);
  for (size_t r = 0; r < rounds; r++) UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm256_fmadd_ps(acc[i], x, y);
  for (int i = 1; i < 12; i++) acc[0] = _mm256_add_ps(acc[0], acc[i]);
  sink[0] = acc[0][0];
  return (double)rounds * 12 * 16;
}

// Chains of lookups in their own results, as many as registers allow; a 256-byte lookup takes two vpermi2b.
LEVEL_VBMI static double lookups_vbmi(size_t rounds, uint8_t *sink) {
  __m512i low = _mm512_loadu_si512(sink), high = _mm512_loadu_si512(sink + 64), acc[12];
  UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm512_set1_epi8((char)i);
  for (size_t r = 0; r < rounds; r++)
    UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm512_permutex2var_epi8(low, acc[i], high);
  for (int i = 1; i < 12; i++) acc[0] = _mm512_xor_si512(acc[0], acc[i]);
  _mm512_storeu_si512(sink, acc[0]);
  return (double)rounds * 12 * 64;
}

LEVEL_AVX2 static double lookups_avx2(size_t rounds, uint8_t *sink) {
  __m256i table = _mm256_loadu_si256((const __m256i *)sink), acc[12];
  UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm256_set1_epi8((char)i);
  for (size_t r = 0; r < rounds; r++) UNROLL for (int i = 0; i < 12; i++) acc[i] = _mm256_shuffle_epi8(table, acc[i]);
  for (int i = 1; i < 12; i++) acc[0] = _mm256_xor_si256(acc[0], acc[i]);
  _mm256_storeu_si256((__m256i *)sink, acc[0]);
  return (double)rounds * 12 * 32;
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static double products_vnni(size_t rounds, uint8_t *sink) {
  __m512i x = _mm512_loadu_si512(sink), acc[16];
  UNROLL for (int i = 0; i < 16; i++) acc[i] = _mm512_set1_epi32(i);
  for (size_t r = 0; r < rounds; r++) UNROLL for (int i = 0; i < 16; i++) {
    // Opaque, so that the rounds are not folded into one multiplication.
    __asm__("vpdpbusd %1, %1, %0" : "+v"(acc[i]) : "v"(x));
  }
  for (int i = 1; i < 16; i++) acc[0] = _mm512_xor_si512(acc[0], acc[i]);
  _mm512_storeu_si512(sink, acc[0]);
  return (double)rounds * 16 * 64;
}
#endif

double vm_limit_products(size_t rounds, uint8_t *sink) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512_VBMI) return products_vnni(rounds, sink);
#endif
  (void)rounds, (void)sink;
  return 0;
}

double vm_limit_fma(size_t rounds, float *sink) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512) return fma_avx512(rounds, sink);
  if (vm_cpu_level() >= VM_CPU_AVX2) return fma_avx2(rounds, sink);
#endif
  (void)rounds, (void)sink;
  return 0;
}

double vm_limit_lookups(size_t rounds, uint8_t *sink) {
#if defined(__x86_64__)
  if (vm_cpu_level() >= VM_CPU_AVX512_VBMI) return lookups_vbmi(rounds, sink);
  if (vm_cpu_level() >= VM_CPU_AVX2) return lookups_avx2(rounds, sink);
#endif
  (void)rounds, (void)sink;
  return 0;
}

uint64_t vm_limit_read(const uint64_t *words, size_t count) {
  uint64_t sums[8] = {0};
  for (size_t i = 0; i + 8 <= count; i += 8)
    for (int l = 0; l < 8; l++) sums[l] += words[i + l];
  uint64_t sum = 0;
  for (int l = 0; l < 8; l++) sum += sums[l];
  return sum;
}
