// The instruction set that loops and products use, among those that this machine has.

#ifndef PATHS_H
#define PATHS_H

#include <stddef.h>

enum { BASELINE_PATH, AVX2_PATH, AVX512_PATH };

extern size_t current_path;

#define AVX2_TARGET "avx2,fma"
#define AVX512_TARGET "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"

#endif
