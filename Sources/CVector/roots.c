// The root of a sum of squares, and the cube root.

#include "CVector.h"
#include "twofold.h"

double vector_hypot_f64(double x, double y) {
  double a = magnitude(x), b = magnitude(y), infinity = __builtin_inf();
  if (a == infinity || b == infinity) return infinity;
  if (a != a || b != b) return NOT_A_NUMBER;
  if (a < b) {
    double other = a;
    a = b;
    b = other;
  }
  if (b <= a * 0x1p-60) return a + b;
  double scale = 1;
  if (a > 0x1p500) scale = 0x1p-600;
  if (b < 0x1p-450) scale = 0x1p600;
  a *= scale;
  b *= scale;
  Twofold square = exact_square(a), other = exact_square(b);
  Twofold sum = quick_sum(square.high, other.high);
  double low = sum.low + (square.low + other.low);
  double r = root(sum.high);
  Twofold p = exact_square(r);
  r += (((sum.high - p.high) - p.low) + low) / (2 * r);
  return scale == 1 ? r : scale < 1 ? r * 0x1p600 : r * 0x1p-600;
}

double vector_cbrt_f64(double x) {
  // Of a number from 1 to 2, off by 2⁻¹³: minimax, found by exchange in 70 digits and rounded.
  static const double terms[] = {
      0x1.1b0bb1af1ccc9p-1, 0x1.2c9a30ccc64b9p-1, -0x1.4dc2e22a3928dp-3, 0x1.7a8cf0da45273p-6};
  static const double roots[] = {1, 0x1.428a2f98d728bp+0, 0x1.965fea53d6e3dp+0};
  double a = magnitude(x);
  if (!(a > 0 && a < __builtin_inf())) return a == a ? x : NOT_A_NUMBER;
  int exponent = 0;
  if (a < 0x1p-1022) {
    a *= 0x1p54;
    exponent = -54;
  }
  uint64_t bits = to_bits(a);
  // Above 0, so that the division rounds down.
  exponent += (int)(bits >> 52) - 1023 + 1200;
  int rest = exponent % 3;
  double m = of_bits((bits & 0xfffffffffffff) | (uint64_t)1023 << 52);
  double t = SERIES(terms, m) * roots[rest];
  m *= (double)(1 << rest);
  // Halley's step triples the digits; in the second the cube is known in full, and it is rounded once.
  double cube = t * t * t;
  t -= t * ((cube - m) / (2 * cube + m));
  Twofold square = exact_square(t);
  Twofold full = times(square, (Twofold){t, 0});
  double left = (m - full.high) - full.low;
  t += t * (left / (2 * full.high + m));
  return signed_as(t * of_bits((uint64_t)(1023 + exponent / 3 - 400) << 52), x);
}
