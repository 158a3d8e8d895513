#ifndef VECMILL_CPU_LEVEL_H
#define VECMILL_CPU_LEVEL_H

/// Instruction sets that the kernels have a path for, lowest first.
enum {
  VM_CPU_BASELINE = 0,
  VM_CPU_AVX2 = 1,         ///< AVX2 and FMA
  VM_CPU_AVX512 = 2,       ///< AVX-512 F, BW, VL, DQ
  VM_CPU_AVX512_VBMI = 3,  ///< and VBMI, VNNI
};

/// The level in use: what the processor has, capped by the environment's VECMILL_CPU (baseline, avx2, avx512, vbmi).
int vm_cpu_level(void);

/// Caps the level from now on, for tests that compare the paths; a negative level takes the cap off.
void vm_cpu_level_set(int level);

#endif
