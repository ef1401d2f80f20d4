// Products of matrices, C = alpha op(A) op(B) + beta C, and those of which one triangle is formed. Where beta is 0, C
// is not read.

#include "blocks.h"

void dgemm_(
    const char *transA, const char *transB, const int32_t *m, const int32_t *n, const int32_t *k,
    const double *alpha, const double *a, const int32_t *lda, const double *b, const int32_t *ldb,
    const double *beta, double *c, const int32_t *ldc, size_t transALength, size_t transBLength) {
  (void)transALength, (void)transBLength;
  if (*m <= 0 || *n <= 0) return;
  size_t rows = (size_t)*m, width = (size_t)*n, depth = *k > 0 ? (size_t)*k : 0;
  Block left = columns(a, lda, !is(transA, 'N')), right = columns(b, ldb, !is(transB, 'N'));
  Target target = {c, 1, *ldc};
  if (*beta == 0 && *alpha == 1 && depth > 0) return set_product(rows, width, depth, left, right, target);
  scale(rows, width, *beta, target);
  add_product(rows, width, depth, *alpha, left, right, target);
}

/// The columns of a block of the triangle.
#define BLOCK 64

/// C += alpha A B in one triangle of the n×n matrix C.
static void add_triangle(bool isLower, size_t n, size_t k, double alpha, Block a, Block b, Target c) {
  if (k == 0 || alpha == 0) return;
  for (size_t j = 0; j < n; j += BLOCK) {
    size_t width = lesser(BLOCK, n - j), end = j + width;
    if (isLower) {
      add_product(n - end, width, k, alpha, from(a, end, 0), from(b, 0, j), to(c, end, j));
    } else {
      add_product(j, width, k, alpha, a, from(b, 0, j), to(c, 0, j));
    }
    double square[BLOCK * BLOCK];
    set_product(width, width, k, from(a, j, 0), from(b, 0, j), (Target){square, 1, BLOCK});
    for (size_t column = 0; column < width; column++) {
      size_t first = isLower ? column : 0, last = isLower ? width : column + 1;
      for (size_t row = first; row < last; row++) {
        *to(c, j + row, j + column).start += alpha * square[column * BLOCK + row];
      }
    }
  }
}

static void scale_triangle(bool isLower, size_t n, double factor, Target c) {
  for (size_t j = 0; j < n; j++) {
    size_t first = isLower ? j : 0;
    scale(isLower ? n - j : j + 1, 1, factor, to(c, first, j));
  }
}

void dsyrk_(
    const char *uplo, const char *trans, const int32_t *n, const int32_t *k, const double *alpha, const double *a,
    const int32_t *lda, const double *beta, double *c, const int32_t *ldc, size_t uploLength, size_t transLength) {
  (void)uploLength, (void)transLength;
  if (*n <= 0) return;
  size_t order = (size_t)*n, depth = *k > 0 ? (size_t)*k : 0;
  bool isLower = is(uplo, 'L');
  Block left = columns(a, lda, !is(trans, 'N'));
  Target target = {c, 1, *ldc};
  scale_triangle(isLower, order, *beta, target);
  add_triangle(isLower, order, depth, *alpha, left, transposed(left), target);
}

void dsyr2k_(
    const char *uplo, const char *trans, const int32_t *n, const int32_t *k, const double *alpha, const double *a,
    const int32_t *lda, const double *b, const int32_t *ldb, const double *beta, double *c, const int32_t *ldc,
    size_t uploLength, size_t transLength) {
  (void)uploLength, (void)transLength;
  if (*n <= 0) return;
  size_t order = (size_t)*n, depth = *k > 0 ? (size_t)*k : 0;
  bool isLower = is(uplo, 'L');
  Block left = columns(a, lda, !is(trans, 'N')), right = columns(b, ldb, !is(trans, 'N'));
  Target target = {c, 1, *ldc};
  scale_triangle(isLower, order, *beta, target);
  add_triangle(isLower, order, depth, *alpha, left, transposed(right), target);
  add_triangle(isLower, order, depth, *alpha, right, transposed(left), target);
}
