// Products with triangles and their inverses, B = alpha op(T) B or alpha op(T)⁻¹ B, from the left or the right. A
// triangle is halved until it is small; what is beside the halves is a product. From the right all is transposed.

#include "blocks.h"
#include "leaving.h"

/// The largest triangle that is not halved.
#define SMALL 32
/// The columns of B that a loop over a small triangle takes at once.
#define STRIP 16

typedef struct {
  Block entries;
  bool isLower, hasUnitDiagonal;
} Triangle;

static Triangle part(Triangle t, size_t start) {
  return (Triangle){from(t.entries, start, start), t.isLower, t.hasUnitDiagonal};
}

static size_t half(size_t count) { return (count / 2 + SMALL - 1) / SMALL * SMALL; }

typedef void Apply(size_t count, const double *t, bool hasUnitDiagonal, double *b);

/// Applies a small triangle. Rows of an upper one are taken from the last, which makes it a lower one.
static void apply_small(Triangle t, size_t count, size_t width, Target b, Apply *apply) {
  double triangle[SMALL * SMALL];
  double strip[SMALL * STRIP];
  if (!t.isLower) {
    t.entries = from(t.entries, count - 1, count - 1);
    t.entries.row = -t.entries.row;
    t.entries.column = -t.entries.column;
    b = to(b, count - 1, 0);
    b.row = -b.row;
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t l = 0; l <= i; l++) triangle[i * count + l] = *from(t.entries, i, l).start;
  }
  for (size_t start = 0; start < width; start += STRIP) {
    size_t taken = lesser(STRIP, width - start);
    look_up();
    for (size_t i = 0; i < count; i++) {
      for (size_t w = 0; w < STRIP; w++) strip[i * STRIP + w] = w < taken ? *to(b, i, start + w).start : 0;
    }
    apply(count, triangle, t.hasUnitDiagonal, strip);
    for (size_t i = 0; i < count; i++) {
      for (size_t w = 0; w < taken; w++) *to(b, i, start + w).start = strip[i * STRIP + w];
    }
  }
}

/// T⁻¹ B in place of B.
static void solve(Triangle t, size_t count, size_t width, Target b) {
  if (count <= SMALL) return apply_small(t, count, width, b, vector_solveTriangle_f64);
  size_t middle = half(count), rest = count - middle;
  if (t.isLower) {
    solve(t, middle, width, b);
    add_product(rest, width, middle, -1, from(t.entries, middle, 0), contents(b), to(b, middle, 0));
    solve(part(t, middle), rest, width, to(b, middle, 0));
  } else {
    solve(part(t, middle), rest, width, to(b, middle, 0));
    add_product(middle, width, rest, -1, from(t.entries, 0, middle), from(contents(b), middle, 0), b);
    solve(t, middle, width, b);
  }
}

/// T B in place of B.
static void multiply(Triangle t, size_t count, size_t width, Target b) {
  if (count <= SMALL) return apply_small(t, count, width, b, vector_multiplyTriangle_f64);
  size_t middle = half(count), rest = count - middle;
  if (t.isLower) {
    multiply(part(t, middle), rest, width, to(b, middle, 0));
    add_product(rest, width, middle, 1, from(t.entries, middle, 0), contents(b), to(b, middle, 0));
    multiply(t, middle, width, b);
  } else {
    multiply(t, middle, width, b);
    add_product(middle, width, rest, 1, from(t.entries, 0, middle), from(contents(b), middle, 0), b);
    multiply(part(t, middle), rest, width, to(b, middle, 0));
  }
}

static void apply(
    const char *side, const char *uplo, const char *trans, const char *diag, int32_t m, int32_t n, double alpha,
    const double *a, const int32_t *lda, double *b, int32_t ldb, void (*run)(Triangle, size_t, size_t, Target)) {
  if (m <= 0 || n <= 0) return;
  bool isLeft = is(side, 'L');
  // From the right, X T = B is T′ X′ = B′.
  bool isTransposed = !is(trans, 'N') == isLeft;
  Triangle t = {columns(a, lda, isTransposed), is(uplo, 'L') != isTransposed, is(diag, 'U')};
  Target target = isLeft ? (Target){b, 1, ldb} : (Target){b, ldb, 1};
  size_t count = (size_t)(isLeft ? m : n), width = (size_t)(isLeft ? n : m);
  scale(count, width, alpha, target);
  if (alpha != 0) run(t, count, width, target);
}

void dtrsm_(
    const char *side, const char *uplo, const char *trans, const char *diag, const int32_t *m, const int32_t *n,
    const double *alpha, const double *a, const int32_t *lda, double *b, const int32_t *ldb, size_t sideLength,
    size_t uploLength, size_t transLength, size_t diagLength) {
  (void)sideLength, (void)uploLength, (void)transLength, (void)diagLength;
  apply(side, uplo, trans, diag, *m, *n, *alpha, a, lda, b, *ldb, solve);
}

void dtrmm_(
    const char *side, const char *uplo, const char *trans, const char *diag, const int32_t *m, const int32_t *n,
    const double *alpha, const double *a, const int32_t *lda, double *b, const int32_t *ldb, size_t sideLength,
    size_t uploLength, size_t transLength, size_t diagLength) {
  (void)sideLength, (void)uploLength, (void)transLength, (void)diagLength;
  apply(side, uplo, trans, diag, *m, *n, *alpha, a, lda, b, *ldb, multiply);
}
