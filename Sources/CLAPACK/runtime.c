// What compiled Fortran calls. The C library chooses its logarithms and powers by the processor; these are the same
// everywhere. They are hidden, so that nothing outside of this program is changed.

#include "CVector.h"

#include <string.h>

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN double natural_logarithm(double x) __asm__("log");
HIDDEN double decimal_logarithm(double x) __asm__("log10");
HIDDEN double power(double x, double y) __asm__("pow");

double natural_logarithm(double x) { return vector_log_f64(x); }
double decimal_logarithm(double x) { return vector_log10_f64(x); }
double power(double x, double y) { return vector_pow_f64(x, y); }

/// Strings of Fortran have a length and no end.
HIDDEN void _gfortran_concat_string(
    size_t length, char *result, size_t leftLength, const char *left, size_t rightLength, const char *right) {
  size_t fromLeft = leftLength < length ? leftLength : length;
  size_t fromRight = rightLength < length - fromLeft ? rightLength : length - fromLeft;
  memcpy(result, left, fromLeft);
  memcpy(result + fromLeft, right, fromRight);
  memset(result + fromLeft + fromRight, ' ', length - fromLeft - fromRight);
}
