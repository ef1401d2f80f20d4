// What LAPACK asks of the system that it runs on: answers that are the same everywhere, since the size of a block
// decides in which order numbers are added.

#include "CLAPACK.h"
#include "leaving.h"

#include <float.h>
#include <string.h>

/// Whether the name of a routine, without the letter of its type, begins so.
static bool begins(const char *name, size_t length, const char *start) {
  size_t count = strlen(start);
  return length > count && memcmp(name + 1, start, count) == 0;
}

/// Columns of a block. For LU and Cholesky of 300 and 1,000 rows 32, 64, 96 and 128 are as fast but for a tenth; QR of
/// 1,000 rows takes a fifth longer with 16 than with 32, 48 or 64, which are alike, as are the rest at 300 rows.
static int32_t block(const char *name, size_t length) {
  bool isTriangular = begins(name, length, "GETR") || begins(name, length, "POTRF") ||
      begins(name, length, "TRTRI") || begins(name, length, "TREVC");
  return isTriangular ? 64 : 32;
}

/// From this order on a routine works in blocks. Singular values of 100 rows take a third longer in blocks, QR of 300
/// rows and eigenvalues of symmetric matrices a tenth to a fifth longer without.
static int32_t crossover(const char *name, size_t length) { return begins(name, length, "SYTRD") ? 32 : 128; }

/// How many shifts a sweep of the QR algorithm chases through that many rows.
static int32_t shifts(int32_t rows) {
  if (rows < 30) return 2;
  if (rows < 60) return 4;
  if (rows < 150) return 10;
  if (rows < 590) {
    // rows / log₂(rows), the logarithm to the nearest whole number.
    int32_t logarithm = 0;
    while ((int64_t)2 << (2 * logarithm) < (int64_t)rows * rows) logarithm++;
    int32_t count = rows / logarithm;
    return count < 10 ? 10 : count - count % 2;
  }
  return rows < 3000 ? 64 : rows < 6000 ? 128 : 256;
}

int32_t ilaenv_(
    const int32_t *question, const char *name, const char *options, const int32_t *n1, const int32_t *n2,
    const int32_t *n3, const int32_t *n4, size_t nameLength, size_t optionsLength) {
  (void)options, (void)n4, (void)optionsLength;
  int32_t rows = *n3 - *n2 + 1;
  switch (*question) {
  case 1: return block(name, nameLength);
  case 2: return 2;  // The least block that is worth while.
  case 3: return crossover(name, nameLength);
  case 6: return (int32_t)((*n1 < *n2 ? *n1 : *n2) * 8 / 5);  // From so many rows on, QR before singular values.
  case 9: return 25;  // The largest problem that is not halved; with 50, 100 rows take a fifth longer.
  case 10: case 11: return 1;  // NaN and infinities are what IEEE 754 says.
  // The largest matrix for the QR algorithm with two shifts (40 and 150 take 1.3 times as long at 200 rows),
  case 12: return 75;
  case 13: return rows <= 500 ? shifts(rows) : 3 * shifts(rows) / 2;  // the window that looks for converged values,
  case 14: return 14;  // the percentage of it that makes another look worth while,
  case 15: return shifts(rows);  // and the shifts.
  // Whether reflections become products: one by one where there are few shifts takes 1.3 times as long at 100 rows.
  case 16: return shifts(rows) >= 14 ? 2 : rows >= 14 ? 1 : 0;
  default: return 1;
  }
}

/// The reference ends the process here. The caller sees what was wrong in its status.
void xerbla_(const char *name, const int32_t *argument, size_t nameLength) {
  (void)name, (void)argument, (void)nameLength;
}

/// What f64 numbers are like: of IEEE 754 everywhere, and rounded to the nearest.
double dlamch_(const char *question, size_t length) {
  (void)length;
  look_up_sometimes();
  switch (*question & ~0x20) {
  case 'E': return DBL_EPSILON / 2;
  case 'S': case 'U': return DBL_MIN;
  case 'B': return FLT_RADIX;
  case 'P': return DBL_EPSILON;
  case 'N': return DBL_MANT_DIG;
  case 'R': return 1;
  case 'M': return DBL_MIN_EXP;
  case 'L': return DBL_MAX_EXP;
  case 'O': return DBL_MAX;
  default: return 0;
  }
}

/// A sum that no compiler takes apart. Singular values ask for it square their number of times, and for nothing else.
double dlamc3_(const double *a, const double *b) {
  look_up_sometimes();
  return *a + *b;
}
