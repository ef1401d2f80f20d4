// Blocks of matrices by the address of their first entry and the distances between rows and between columns, so that
// a transpose is a block like others.

#ifndef BLOCKS_H
#define BLOCKS_H

#include "CLAPACK.h"
#include "CVector.h"

#include <stdbool.h>

#pragma STDC FP_CONTRACT OFF

typedef struct {
  const double *start;
  ptrdiff_t row, column;
} Block;

typedef struct {
  double *start;
  ptrdiff_t row, column;
} Target;

/// Whether an option of Fortran is this capital letter.
static inline bool is(const char *option, char letter) { return (*option & ~0x20) == letter; }

/// A matrix that is stored column after column, or its transpose. For real numbers C, conjugated, is T.
static inline Block columns(const double *a, const int32_t *stride, bool isTransposed) {
  return isTransposed ? (Block){a, *stride, 1} : (Block){a, 1, *stride};
}

static inline Block from(Block a, size_t row, size_t column) {
  return (Block){a.start + (ptrdiff_t)row * a.row + (ptrdiff_t)column * a.column, a.row, a.column};
}
static inline Target to(Target a, size_t row, size_t column) {
  return (Target){a.start + (ptrdiff_t)row * a.row + (ptrdiff_t)column * a.column, a.row, a.column};
}
static inline Block transposed(Block a) { return (Block){a.start, a.column, a.row}; }
static inline Block contents(Target a) { return (Block){a.start, a.row, a.column}; }
static inline size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/// C = factor C. What C holds does not matter where the factor is 0.
void scale(size_t m, size_t n, double factor, Target c);

/// C += alpha A B, with A of m×k and B of k×n.
void add_product(size_t m, size_t n, size_t k, double alpha, Block a, Block b, Target c);

/// C = A B
void set_product(size_t m, size_t n, size_t k, Block a, Block b, Target c);

#endif
