// Keeps the smaller of two scores and its number, lane by lane; the first among equals.
#ifndef VECMILL_LESS_STEP_H
#define VECMILL_LESS_STEP_H

#include "levels.h"

#define LESS_STEP_GENERIC(value, best, at, number) \
  do {                                             \
    v16i less = (value) < (best);                  \
    (best) = less ? (value) : (best);              \
    (at) = less ? (number) : (at);                 \
  } while (0)

// The mask stays a mask: through extended vectors clang widens it to a vector and back.
#define LESS_STEP_AVX512(value, best, at, number)                                     \
  do {                                                                                \
    __mmask16 less = _mm512_cmp_ps_mask((__m512)(value), (__m512)(best), _CMP_LT_OQ); \
    (best) = (v16f)_mm512_min_ps((__m512)(value), (__m512)(best));                    \
    (at) = (v16i)_mm512_mask_mov_epi32((__m512i)(at), less, (__m512i)(number));       \
  } while (0)

#endif
