#include "sha256.h"

#include <string.h>

#include "cpu_level.h"

// FIPS 180-4, with the SHA extensions of x86. Each step below does four rounds; the schedule's words are made four at a time, four
// steps ahead, by sha256msg1 and sha256msg2 (Intel, "Intel SHA Extensions", 2013).

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void vm_sha256_start(vm_sha256 *s) {
  memcpy(s->state, initial, sizeof initial);
  s->bytes = 0;
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))
#define LANE static inline __attribute__((always_inline, target("sha,sse4.1,ssse3")))

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

int vm_sha256_supported(void) {
  unsigned a, b, c, d;
  if (vm_cpu_level() < VM_CPU_AVX2 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return (b >> 29) & 1;
}

/// The state as the instructions want it, and sixteen words of the schedule.
typedef struct {
  __m128i abef, cdgh, words[4];
} lane;

LANE void load_state(lane *l, const uint32_t *state) {
  __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
  l->abef = _mm_alignr_epi8(abcd, efgh, 8);
  l->cdgh = _mm_blend_epi16(efgh, abcd, 0xF0);
}

LANE void store_state(const lane *l, uint32_t *state) {
  __m128i feba = _mm_shuffle_epi32(l->abef, 0x1B), dchg = _mm_shuffle_epi32(l->cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

LANE void load_words(lane *l, const uint8_t *block) {
  const __m128i turn = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) l->words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * i)), turn);
}

/// Rounds 4 `step` to 4 `step` + 3; makes the words of step + 4 in the place of its own.
LANE void four_rounds(lane *l, int step) {
  __m128i *w = l->words;
  __m128i sum = _mm_add_epi32(w[step & 3], _mm_loadu_si128((const __m128i *)(constants + 4 * step)));
  l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, sum);
  l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(sum, 0x0E));
  if (step >= 12) return;
  __m128i last = w[(step + 3) & 3];
  __m128i part = _mm_add_epi32(_mm_sha256msg1_epu32(w[step & 3], w[(step + 1) & 3]), _mm_alignr_epi8(last, w[(step + 2) & 3], 4));
  w[step & 3] = _mm_sha256msg2_epu32(part, last);
}

SHA void vm_sha256_add_two(vm_sha256 *a, const uint8_t *a_data, vm_sha256 *b, const uint8_t *b_data, size_t blocks) {
  lane x, y;
  load_state(&x, a->state), load_state(&y, b->state);
  for (size_t i = 0; i < blocks; i++) {
    const __m128i before[4] = {x.abef, x.cdgh, y.abef, y.cdgh};
    load_words(&x, a_data + 64 * i), load_words(&y, b_data + 64 * i);
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) four_rounds(&x, step), four_rounds(&y, step);
    x.abef = _mm_add_epi32(x.abef, before[0]), x.cdgh = _mm_add_epi32(x.cdgh, before[1]);
    y.abef = _mm_add_epi32(y.abef, before[2]), y.cdgh = _mm_add_epi32(y.cdgh, before[3]);
  }
  store_state(&x, a->state), store_state(&y, b->state);
  a->bytes += 64 * blocks, b->bytes += 64 * blocks;
}

SHA void vm_sha256_add(vm_sha256 *s, const uint8_t *data, size_t blocks) {
  lane x;
  load_state(&x, s->state);
  for (size_t i = 0; i < blocks; i++) {
    const __m128i before[2] = {x.abef, x.cdgh};
    load_words(&x, data + 64 * i);
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) four_rounds(&x, step);
    x.abef = _mm_add_epi32(x.abef, before[0]), x.cdgh = _mm_add_epi32(x.cdgh, before[1]);
  }
  store_state(&x, s->state);
  s->bytes += 64 * blocks;
}
#else
// Elsewhere the callers' own library is as good as anything written here.
int vm_sha256_supported(void) { return 0; }
void vm_sha256_add_two(vm_sha256 *a, const uint8_t *a_data, vm_sha256 *b, const uint8_t *b_data, size_t blocks) {
  (void)a, (void)a_data, (void)b, (void)b_data, (void)blocks;
  __builtin_trap();
}
void vm_sha256_add(vm_sha256 *s, const uint8_t *data, size_t blocks) {
  (void)s, (void)data, (void)blocks;
  __builtin_trap();
}
#endif

void vm_sha256_finish(vm_sha256 *s, const uint8_t *rest, size_t count, uint8_t digest[32]) {
  uint8_t end[128] = {0};
  const uint64_t bits = (s->bytes + count) * 8;
  const size_t blocks = count < 56 ? 1 : 2;
  if (count) memcpy(end, rest, count);
  end[count] = 0x80;
  for (int i = 0; i < 8; i++) end[64 * blocks - 1 - i] = (uint8_t)(bits >> 8 * i);
  vm_sha256_add(s, end, blocks);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}
