// Compiles one body of generic vector code for each CPU level.
//
// Clang's extended vectors with an explicit fma keep the order of operations, so all levels give the same bits;
// target_clones would leave contraction to the compiler, and crashes Thread Sanitizer at start.
#ifndef VECMILL_LEVELS_H
#define VECMILL_LEVELS_H

#include <stddef.h>
#include <stdint.h>

typedef float v16f __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t v16i __attribute__((ext_vector_type(16), aligned(4)));
typedef double v8d __attribute__((ext_vector_type(8), aligned(8)));

#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define LEVEL_AVX2 __attribute__((target("avx2,fma,bmi,bmi2,lzcnt,popcnt")))
#define LEVEL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,bmi,bmi2,lzcnt,popcnt")))
#define LEVEL_VBMI \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx2,fma,bmi,bmi2,lzcnt,popcnt")))

#endif
