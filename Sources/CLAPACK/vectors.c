// Products of a matrix with vectors. Vectors with gaps are copied, in parts of a length that also bounds the sums, so
// that a gap changes no result.

#include "blocks.h"
#include "leaving.h"

#define PART 512

/// A vector of Fortran: where its steps are negative it is stored from the end.
static double *first(const double *x, size_t count, ptrdiff_t step) {
  return (double *)(step < 0 ? x - (ptrdiff_t)(count - 1) * step : x);
}

/// Singular values copy all rows of large matrices so, across their columns, with nothing else in between.
void dcopy_(const int32_t *n, const double *x, const int32_t *stepX, double *y, const int32_t *stepY) {
  if (*n <= 0) return;
  look_up_sometimes();
  size_t count = (size_t)*n;
  x = first(x, count, *stepX);
  y = first(y, count, *stepY);
  for (size_t i = 0; i < count; i++) y[(ptrdiff_t)i * *stepY] = x[(ptrdiff_t)i * *stepX];
}

/// The elements from `start` side by side, in place or in `room`.
static const double *gather(const double *x, ptrdiff_t step, size_t start, size_t count, double *room) {
  if (step == 1) return x + start;
  for (size_t i = 0; i < count; i++) room[i] = x[(ptrdiff_t)(start + i) * step];
  return room;
}

static void scatter(const double *room, double *x, ptrdiff_t step, size_t start, size_t count) {
  if (room == x + start) return;
  for (size_t i = 0; i < count; i++) x[(ptrdiff_t)(start + i) * step] = room[i];
}

static void scaled(double factor, const double *x, ptrdiff_t step, size_t start, size_t count, double *result) {
  for (size_t i = 0; i < count; i++) result[i] = factor * x[(ptrdiff_t)(start + i) * step];
}

/// y += alpha A x, with A of rows×count.
static void add_columns(
    size_t rows, size_t count, double alpha, const double *a, size_t stride, const double *x, ptrdiff_t stepX,
    double *y, ptrdiff_t stepY) {
  double room[PART], factors[PART];
  for (size_t i = 0; i < rows; i += PART) {
    size_t length = lesser(PART, rows - i);
    double *part = (double *)gather(y, stepY, i, length, room);
    for (size_t j = 0; j < count; j += PART) {
      size_t width = lesser(PART, count - j);
      look_up();
      scaled(alpha, x, stepX, j, width, factors);
      vector_addColumns_f64(length, width, a + j * stride + i, stride, factors, part);
    }
    scatter(part, y, stepY, i, length);
  }
}

/// y += alpha A′ x, with A of rows×count.
static void add_dots(
    size_t rows, size_t count, double alpha, const double *a, size_t stride, const double *x, ptrdiff_t stepX,
    double *y, ptrdiff_t stepY) {
  double room[PART], sums[PART];
  for (size_t i = 0; i < rows; i += PART) {
    size_t length = lesser(PART, rows - i);
    const double *part = gather(x, stepX, i, length, room);
    for (size_t j = 0; j < count; j += PART) {
      size_t width = lesser(PART, count - j);
      look_up();
      vector_dotColumns_f64(length, width, a + j * stride + i, stride, part, sums);
      for (size_t l = 0; l < width; l++) y[(ptrdiff_t)(j + l) * stepY] += alpha * sums[l];
    }
  }
}

void dgemv_(
    const char *trans, const int32_t *m, const int32_t *n, const double *alpha, const double *a,
    const int32_t *lda, const double *x, const int32_t *stepX, const double *beta, double *y, const int32_t *stepY,
    size_t transLength) {
  (void)transLength;
  if (*m <= 0 || *n <= 0) return;
  size_t rows = (size_t)*m, count = (size_t)*n;
  bool isTransposed = !is(trans, 'N');
  size_t lengthX = isTransposed ? rows : count, lengthY = isTransposed ? count : rows;
  x = first(x, lengthX, *stepX);
  y = first(y, lengthY, *stepY);
  scale(lengthY, 1, *beta, (Target){y, *stepY, 1});
  if (*alpha == 0) return;
  (isTransposed ? add_dots : add_columns)(rows, count, *alpha, a, (size_t)*lda, x, *stepX, y, *stepY);
}

void dger_(
    const int32_t *m, const int32_t *n, const double *alpha, const double *x, const int32_t *stepX,
    const double *y, const int32_t *stepY, double *a, const int32_t *lda) {
  if (*m <= 0 || *n <= 0 || *alpha == 0) return;
  size_t rows = (size_t)*m, count = (size_t)*n, stride = (size_t)*lda;
  x = first(x, rows, *stepX);
  y = first(y, count, *stepY);
  double room[PART], factors[PART];
  for (size_t i = 0; i < rows; i += PART) {
    size_t length = lesser(PART, rows - i);
    const double *part = gather(x, *stepX, i, length, room);
    for (size_t j = 0; j < count; j += PART) {
      size_t width = lesser(PART, count - j);
      look_up();
      scaled(*alpha, y, *stepY, j, width, factors);
      vector_addOuter_f64(length, width, part, factors, a + j * stride + i, stride);
    }
  }
}

/// The columns of a symmetric matrix that are taken at once.
#define COLUMNS 8

void dsymv_(
    const char *uplo, const int32_t *n, const double *alpha, const double *a, const int32_t *lda, const double *x,
    const int32_t *stepX, const double *beta, double *y, const int32_t *stepY, size_t uploLength) {
  (void)uploLength;
  if (*n <= 0) return;
  size_t count = (size_t)*n, stride = (size_t)*lda;
  x = first(x, count, *stepX);
  y = first(y, count, *stepY);
  scale(count, 1, *beta, (Target){y, *stepY, 1});
  if (*alpha == 0) return;
  double roomX[PART], roomY[PART], factors[COLUMNS], sums[COLUMNS];
  for (size_t j = 0; j < count; j += COLUMNS) {
    size_t width = lesser(COLUMNS, count - j);
    look_up();
    scaled(*alpha, x, *stepX, j, width, factors);
    // The square on the diagonal, of which one triangle is stored.
    for (size_t row = j; row < j + width; row++) {
      double sum = 0;
      for (size_t column = j; column < j + width; column++) {
        bool isStored = is(uplo, 'L') ? row >= column : row <= column;
        sum += (isStored ? a[column * stride + row] : a[row * stride + column]) * factors[column - j];
      }
      y[(ptrdiff_t)row * *stepY] += sum;
    }
    // What is below or above it, and by symmetry beside it.
    size_t end = is(uplo, 'L') ? count : j;
    for (size_t i = is(uplo, 'L') ? j + width : 0; i < end; i += PART) {
      size_t length = lesser(PART, end - i);
      const double *partX = gather(x, *stepX, i, length, roomX);
      double *partY = (double *)gather(y, *stepY, i, length, roomY);
      vector_addAndDotColumns_f64(length, width, a + j * stride + i, stride, factors, partY, partX, sums);
      scatter(partY, y, *stepY, i, length);
      for (size_t l = 0; l < width; l++) y[(ptrdiff_t)(j + l) * *stepY] += *alpha * sums[l];
    }
  }
}
