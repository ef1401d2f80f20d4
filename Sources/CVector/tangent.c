// The tangent, as the quotient of a sine and a cosine that have a few digits more than f64.

#include "functions.h"
#include "twofold.h"

TWOFOLD void sine_and_cosine(double r, double c, Twofold *sine, Twofold *cosine) {
  Twofold square = exact_square(r);
  double z = square.high, half = 0.5 * z;
  *sine = quick_sum(r, c + (r * (z * polynomial_f64(sin_f64, LENGTH(sin_f64), z)) - half * c));
  Twofold one = quick_sum(1, -half);
  double rest = z * z * polynomial_f64(cos_f64, LENGTH(cos_f64), z) - (0.5 * square.low + r * c);
  *cosine = quick_sum(one.high, one.low + rest);
}

void twofold_sine_and_cosine(double r, double c, Twofold *sine, Twofold *cosine) {
  sine_and_cosine(r, c, sine, cosine);
}

double vector_tan_f64(double x) {
  double size = magnitude(x);
  if (size < 0x1p-28) return x;
  if (!(size < __builtin_inf())) return NOT_A_NUMBER;
  double r, c;
  uint64_t quadrant = size <= SINE_LIMIT ? near_reduction(x, &r, &c) : reduce_by_half_pi(x, &r, &c);
  Twofold sine, cosine;
  sine_and_cosine(r, c, &sine, &cosine);
  // A quarter turn further: -cos / sin.
  bool odd = quadrant & 1;
  Twofold above = odd ? cosine : sine, below = odd ? sine : cosine;
  if (odd) below = (Twofold){-below.high, -below.low};
  Twofold y = over(above, below);
  return y.high + y.low;
}
