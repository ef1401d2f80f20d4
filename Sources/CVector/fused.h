// A fused multiply-add for processors that have none, by Boldo and Melquiond: exact parts, the small ones added
// with rounding to odd, so that the last addition rounds the whole once. (Emulation of a FMA and correctly rounded
// sums: proved algorithms using rounding to odd. IEEE Transactions on Computers 57(4), 2008.)

#ifndef FUSED_H
#define FUSED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// x + y, and what that loses to rounding.
static inline double two_sum(double x, double y, double *lost) {
  double sum = x + y;
  double part = sum - x;
  *lost = (x - (sum - part)) + (y - part);
  return sum;
}

/// x + y, rounded to the neighbour whose last bit is 1 where it is not exact. What is lost is NaN where the sum is not
/// finite.
static inline double sum_to_odd(double x, double y) {
  double lost;
  double sum = two_sum(x, y, &lost);
  int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  if ((lost > 0 || lost < 0) && !(bits & 1)) {
    bits += (lost > 0) == (sum > 0) ? 1 : -1;
    memcpy(&sum, &bits, sizeof sum);
  }
  return sum;
}

/// Half of the digits of x; the other half is what is left.
static inline double leading_half(double x) {
  double shifted = x * 0x8000001p0;
  return shifted - (shifted - x);
}

/// a b + c, rounded once.
static __attribute__((noinline)) double fused_f64(double a, double b, double c) {
  double product = a * b;
  double size = __builtin_fabs(product);
  // Where a part might overflow or lose bits below the least number. The library's function is exact, and slow.
  if (!(size < 0x1p900 && size > 0x1p-900 && __builtin_fabs(a) < 0x1p900 && __builtin_fabs(b) < 0x1p900 &&
        __builtin_fabs(c) < 0x1p900))
    return fma(a, b, c);
  double p = leading_half(a), q = a - p, r = leading_half(b), s = b - r;
  double rest = ((p * r - product) + p * s + q * r) + q * s;
  double lost, last;
  double small = two_sum(c, rest, &lost);
  double sum = two_sum(product, small, &last);
  return sum + sum_to_odd(lost, last);
}

static __attribute__((noinline)) float fused_f32(float a, float b, float c) {
  // The product is exact in f64, whose sum has enough digits to be rounded again where it is rounded to odd.
  return (float)sum_to_odd((double)a * (double)b, c);
}

#endif
