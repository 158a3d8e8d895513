#include "cpu_level.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int from_processor(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return VM_CPU_BASELINE;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq"))
    return VM_CPU_AVX2;
  if (!__builtin_cpu_supports("avx512vbmi") || !__builtin_cpu_supports("avx512vnni")) return VM_CPU_AVX512;
  return VM_CPU_AVX512_VBMI;
#else
  return VM_CPU_BASELINE;
#endif
}

static int from_environment(void) {
  const char *names[] = {"baseline", "avx2", "avx512", "vbmi"};
  const char *value = getenv("VECMILL_CPU");
  if (value)
    for (int level = 0; level < 4; level++)
      if (strcmp(value, names[level]) == 0) return level;
  return VM_CPU_AVX512_VBMI;
}

static atomic_int known = -1;  // processor and environment, read once
static atomic_int cap = -1;

int vm_cpu_level(void) {
  int level = atomic_load_explicit(&known, memory_order_relaxed);
  if (level < 0) {
    int processor = from_processor(), environment = from_environment();
    level = processor < environment ? processor : environment;
    atomic_store_explicit(&known, level, memory_order_relaxed);
  }
  int limit = atomic_load_explicit(&cap, memory_order_relaxed);
  return limit >= 0 && limit < level ? limit : level;
}

void vm_cpu_level_set(int level) { atomic_store_explicit(&cap, level, memory_order_relaxed); }
