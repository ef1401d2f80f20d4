// Products of matrices for each instruction set; the same bits from every one.

#include "CVector.h"
#include "paths.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define OUTLINE static __attribute__((noinline))
#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define NAMED(name) PASTE(PASTE(PATH_NAME, name), SUFFIX)

// Columns of B and rows of A that are packed at once. With 256 columns nothing changes, with 1024 96×1000 times
// 1000×256 takes a tenth longer; 48, 96 and 192 rows are alike.
#define RIGHT_WIDTH 512
#define LEFT_ROWS 96
#define LEFT_STRIDE (STRETCH + 64 / sizeof(REAL))
#define PANEL (PANEL_VECTORS * LANES)

// B is read where it lies by so few rows, or where it is so small. With 24 rows 48×1000 times 1000×256 takes a fifth
// longer, with 96 rows 96×1024 times 1024×1024 half as long again; with a size of 128×128 24×256 times 256×256 takes a
// sixth longer, 32×32 changes nothing.
#define LEAST_PACKED_ROWS 48
#define LEAST_PACKED_SIZE (64 * 64)
// A is read where it lies by so few columns; 32 and 512 are alike.
#define LEAST_PACKED_COLUMNS 128

// Up to so many rows squares of a transposed B are not kept: 4×300 times the transpose of 300×300 takes 26 µs, packed
// 42; with 5 rows, 45 µs packed, two turns would take as long.
#define MOST_FEW_ROWS 4

// From so deep on few columns are computed as rows: 1000×16 times 16×2 takes 3.8 µs, else 5.0; 1000×8 times 8×2 takes
// the same.
#define LEAST_TURNED_DEPTH 16
#define TURNED_SIZE (1 << 12)

// 2×2 times 2×1 takes 8 ns without a tile and 30 with one, 4×4 times 4×4 takes 45 and 25.
#define MOST_LITTLE 16

#define STRETCH VECTOR_STRETCH
#define MOST_LANES 16
#define ROOM (RIGHT_WIDTH * STRETCH + LEFT_ROWS * (STRETCH + MOST_LANES) + TURNED_SIZE)

/// What is packed, on each thread for as long as it lives: fresh pages cost more than the products on them.
static pthread_key_t room_key;
static _Thread_local void *room;

__attribute__((constructor)) static void make_room_key(void) { pthread_key_create(&room_key, free); }

static void *packing_room(void) {
  if (room) return room;
  room = aligned_alloc(64, ROOM * sizeof(double));
  // The address space is exhausted: nothing that was promised can be kept.
  if (!room) abort();
  pthread_setspecific(room_key, room);
  return room;
}

#if defined(__x86_64__)
#include "fused.h"
#include <immintrin.h>

/// The first `count` lanes.
#define LONG_MASK(count) _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)(count)), _mm256_setr_epi64x(0, 1, 2, 3))
#define SHORT_MASK(count) \
  _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))

// Without instructions for it a fused multiply-add takes some forty others: slow, and right.
#define PATH_NAME baseline_
#define TILE_SIZES(SIZE) SIZE(1, 1) SIZE(2, 1)
#define MOST_ROWS 2
#define MOST_VECTORS 1
#define ROWS_OF_8 0
#define ROWS_OF_4 0
#define PANEL_VECTORS 1
#define REAL double
#define SUFFIX _f64
#define FUSED fused_pair
#define FUSED_LANES Pair
#define LANES 2
#define LINES 4
#define NARROW 0
#include "products.inc"
#define REAL float
#define SUFFIX _f32
#define FUSED fused_four
#define FUSED_LANES Four
#define LANES 4
#define LINES 4
#define NARROW 0
#include "products.inc"
#include "products_end.inc"

// 16 registers of 32 bytes: 12 sums, a row of B in 2, an element of A.
#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#define PATH_NAME avx2_
#define TILE_SIZES(SIZE)                                                                                      \
  SIZE(1, 1) SIZE(2, 1) SIZE(3, 1) SIZE(4, 1) SIZE(5, 1) SIZE(6, 1)                                           \
  SIZE(1, 2) SIZE(2, 2) SIZE(3, 2) SIZE(4, 2) SIZE(5, 2) SIZE(6, 2) SIZE(1, 4) SIZE(2, 4) SIZE(1, 8)
#define MOST_ROWS 6
#define MOST_VECTORS 8
#define ROWS_OF_8 1
#define ROWS_OF_4 2
#define PANEL_VECTORS 2
#define REAL double
#define SUFFIX _f64
#define LANES 4
#define LINES 4
#define NARROW 1
#define MASKED_LOAD(p, count) (avx2_Lanes_f64)_mm256_maskload_pd(p, LONG_MASK(count))
#define MASKED_STORE(p, count, x) _mm256_maskstore_pd(p, LONG_MASK(count), (__m256d)(x))
#include "products.inc"
#define REAL float
#define SUFFIX _f32
#define LANES 8
#define LINES 8
#define NARROW 2
#define MASKED_LOAD(p, count) (avx2_Lanes_f32)_mm256_maskload_ps(p, SHORT_MASK(count))
#define MASKED_STORE(p, count, x) _mm256_maskstore_ps(p, SHORT_MASK(count), (__m256)(x))
#include "products.inc"
#include "products_end.inc"
#pragma clang attribute pop

// 32 registers of 64 bytes: 24 sums, a row of B in 2, and elements of A on the way.
#pragma clang attribute push(__attribute__((target(AVX512_TARGET))), apply_to = function)
#define PATH_NAME avx512_
#define TILE_SIZES(SIZE)                                                                                      \
  SIZE(1, 1) SIZE(2, 1) SIZE(3, 1) SIZE(4, 1) SIZE(5, 1) SIZE(6, 1) SIZE(7, 1) SIZE(8, 1) SIZE(9, 1)          \
  SIZE(10, 1) SIZE(11, 1) SIZE(12, 1) SIZE(1, 2) SIZE(2, 2) SIZE(3, 2) SIZE(4, 2) SIZE(5, 2) SIZE(6, 2)       \
  SIZE(7, 2) SIZE(8, 2) SIZE(9, 2) SIZE(10, 2) SIZE(11, 2) SIZE(12, 2)                                        \
  SIZE(1, 4) SIZE(2, 4) SIZE(3, 4) SIZE(4, 4) SIZE(5, 4) SIZE(6, 4) SIZE(1, 8) SIZE(2, 8)
#define MOST_ROWS 12
#define MOST_VECTORS 8
#define ROWS_OF_8 2
#define ROWS_OF_4 6
#define PANEL_VECTORS 2
#define REAL double
#define SUFFIX _f64
#define LANES 8
#define LINES 4
#define NARROW 2
#define MASKED_LOAD(p, count) (avx512_Lanes_f64)_mm512_maskz_loadu_pd((__mmask8)((1u << (count)) - 1), p)
#define MASKED_STORE(p, count, x) _mm512_mask_storeu_pd(p, (__mmask8)((1u << (count)) - 1), (__m512d)(x))
#include "products.inc"
#define REAL float
#define SUFFIX _f32
#define LANES 16
#define LINES 8
#define NARROW 4
#define MASKED_LOAD(p, count) (avx512_Lanes_f32)_mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p)
#define MASKED_STORE(p, count, x) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(x))
#include "products.inc"
#include "products_end.inc"
#pragma clang attribute pop

#define EACH_PATH(name) {baseline_##name, avx2_##name, avx512_##name}

#else

// ARM has fused multiply-adds always, and 32 registers of 16 bytes: 24 sums, a row of B in 4.
#define PATH_NAME baseline_
#define TILE_SIZES(SIZE)                                                                                      \
  SIZE(1, 1) SIZE(2, 1) SIZE(3, 1) SIZE(4, 1) SIZE(5, 1) SIZE(6, 1)                                           \
  SIZE(1, 2) SIZE(2, 2) SIZE(3, 2) SIZE(4, 2) SIZE(5, 2) SIZE(6, 2)                                           \
  SIZE(1, 4) SIZE(2, 4) SIZE(3, 4) SIZE(4, 4) SIZE(5, 4) SIZE(6, 4) SIZE(1, 8) SIZE(2, 8)
#define MOST_ROWS 6
#define MOST_VECTORS 8
#define ROWS_OF_8 2
#define ROWS_OF_4 6
#define PANEL_VECTORS 4
#define REAL double
#define SUFFIX _f64
#define LANES 2
#define LINES 4
#define NARROW 0
#include "products.inc"
#define REAL float
#define SUFFIX _f32
#define LANES 4
#define LINES 4
#define NARROW 1
#include "products.inc"
#include "products_end.inc"

#define EACH_PATH(name) {baseline_##name}

#endif

#define PRODUCT(type, real)                                                                                   \
  static void (*const products_##type[])(                                                                     \
      size_t, size_t, size_t, const real *, ptrdiff_t, ptrdiff_t, const real *, ptrdiff_t, ptrdiff_t, real *, \
      ptrdiff_t, ptrdiff_t, int) = EACH_PATH(product_##type);                                                 \
  void vector_product_##type(                                                                                 \
      size_t m, size_t n, size_t k, const real *a, ptrdiff_t rowA, ptrdiff_t columnA, const real *b,          \
      ptrdiff_t rowB, ptrdiff_t columnB, real *c, ptrdiff_t rowC, ptrdiff_t columnC, int mode) {              \
    if (k == 0 && mode == VECTOR_SET)                                                                         \
      for (size_t i = 0; i < m; i++)                                                                          \
        for (size_t j = 0; j < n; j++) c[(ptrdiff_t)i * rowC + (ptrdiff_t)j * columnC] = 0;                   \
    if (m == 0 || n == 0 || k == 0) return;                                                                   \
    products_##type[current_path](m, n, k, a, rowA, columnA, b, rowB, columnB, c, rowC, columnC, mode);       \
  }                                                                                                           \
  void vector_products_##type(                                                                                \
      size_t count, const ptrdiff_t (*pairs)[2], size_t m, size_t n, size_t k, const real *a, ptrdiff_t rowA, \
      ptrdiff_t columnA, const real *b, ptrdiff_t rowB, ptrdiff_t columnB, real *c) {                         \
    ptrdiff_t sizeA = (ptrdiff_t)(m * k), sizeB = (ptrdiff_t)(k * n);                                         \
    for (size_t i = 0; i < count; i++)                                                                        \
      vector_product_##type(                                                                                  \
          m, n, k, a + pairs[i][0] * sizeA, rowA, columnA, b + pairs[i][1] * sizeB, rowB, columnB,            \
          c + i * (m * n), (ptrdiff_t)n, 1, VECTOR_SET);                                                      \
  }
PRODUCT(f64, double)
PRODUCT(f32, float)
