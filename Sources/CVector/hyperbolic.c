// The hyperbolic functions and their inverses, from exponentials and logarithms with more digits than f64 has.

#include "CVector.h"
#include "twofold.h"

/// (sinh(x) / x - 1) / x² in x², for |x| ≤ 0.5: minimax, found by exchange in 70 digits and rounded.
static const double sinh_terms[] = {
    0x1.5555555555555p-3,  0x1.1111111111120p-7,  0x1.a01a01a00ef8bp-13,
    0x1.71de3a848b2fap-19, 0x1.ae63a0a977f28p-26, 0x1.6267a74329201p-33};

/// (exp(a) + sign exp(-a)) / 2
static double half_sum(double a, double sign) {
  if (a > 711) return __builtin_inf();
  int n;
  Twofold up = twofold_exp((Twofold){a, 0}, &n);
  // exp(-a) is nothing beside it.
  if (a > 40) return twofold_scaled(up, n - 1);
  double scale = of_bits((uint64_t)(1022 + n) << 52);
  up = (Twofold){up.high * scale, up.low * scale};
  Twofold down = over((Twofold){0.25 * sign, 0}, up);
  Twofold sum = quick_sum(up.high, down.high);
  return sum.high + (sum.low + (up.low + down.low));
}

double vector_sinh_f64(double x) {
  double a = magnitude(x);
  if (a < 0.5) return a < 0x1p-28 ? x : x + x * (x * x * SERIES(sinh_terms, x * x));
  return a >= 0.5 ? signed_as(half_sum(a, -1), x) : NOT_A_NUMBER;
}

double vector_cosh_f64(double x) {
  double a = magnitude(x);
  return a == a ? half_sum(a, 1) : NOT_A_NUMBER;
}

double vector_asinh_f64(double x) {
  double a = magnitude(x);
  if (a < 0x1p-28) return x;
  if (!(a < __builtin_inf())) return a == a ? x : NOT_A_NUMBER;
  Twofold y;
  if (a > 0x1p60) {
    y = plus(twofold_log(a), twofold_log_2);
  } else {
    Twofold square = exact_square(a);
    Twofold sum = exact_sum(square.high, 1);
    Twofold root = root_of(quick_sum(sum.high, sum.low + square.low));
    sum = quick_sum(root.high, a);
    y = twofold_log_of((Twofold){sum.high, sum.low + root.low});
  }
  return signed_as(y.high + y.low, x);
}

double vector_acosh_f64(double x) {
  if (!(x > 1 && x < __builtin_inf())) return x == 1 ? 0 : x > 1 ? x : NOT_A_NUMBER;
  Twofold y;
  if (x > 0x1p60) {
    y = plus(twofold_log(x), twofold_log_2);
  } else {
    Twofold square = exact_square(x);
    Twofold sum = exact_sum(square.high, -1);
    Twofold root = root_of(quick_sum(sum.high, sum.low + square.low));
    sum = quick_sum(x, root.high);
    y = twofold_log_of(quick_sum(sum.high, sum.low + root.low));
  }
  return y.high + y.low;
}

double vector_atanh_f64(double x) {
  double a = magnitude(x);
  if (a < 0x1p-28) return x;
  if (!(a < 1)) return a == 1 ? signed_as(__builtin_inf(), x) : NOT_A_NUMBER;
  Twofold y = twofold_log_of(over(exact_sum(1, a), exact_sum(1, -a)));
  return signed_as(0.5 * (y.high + y.low), x);
}
