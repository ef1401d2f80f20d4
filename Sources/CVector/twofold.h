// Numbers as the sum of two f64, the second at most half the last place of the first, for functions whose
// result is to be rounded about once. Only +, -, ×, ÷, √ on f64: the same bits everywhere.

#ifndef TWOFOLD_H
#define TWOFOLD_H

#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define TWOFOLD static inline __attribute__((always_inline, unused))
#define UNLIKELY(condition) __builtin_expect(condition, 0)
/// Of several quiet NaNs a processor passes on the one that its instruction says; here it is always this one.
#define NOT_A_NUMBER __builtin_nan("")

typedef struct {
  double high, low;
} Twofold;

TWOFOLD uint64_t to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

TWOFOLD double of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

TWOFOLD double magnitude(double x) { return __builtin_fabs(x); }
TWOFOLD double root(double x) { return __builtin_elementwise_sqrt(x); }
TWOFOLD double signed_as(double size, double x) { return __builtin_copysign(size, x); }

/// A polynomial from the constant term up: the terms of even and of odd place by Horner's rule, since each alone
/// would wait for the other.
#define SERIES(list, x) series(list, sizeof(list) / sizeof(*(list)), x)
TWOFOLD double series(const double *terms, int count, double x) {
  double square = x * x, last = terms[count - 1], other = terms[count - 2];
  for (int i = count - 3; i > 0; i -= 2) {
    last = last * square + terms[i];
    other = other * square + terms[i - 1];
  }
  return count % 2 == 0 ? other + x * last : (last * square + terms[0]) + x * other;
}

/// a + b exactly, where |a| ≥ |b| or a is 0.
TWOFOLD Twofold quick_sum(double a, double b) {
  double high = a + b;
  return (Twofold){high, b - (high - a)};
}

/// a + b exactly.
TWOFOLD Twofold exact_sum(double a, double b) {
  double high = a + b, part = high - a;
  return (Twofold){high, (a - (high - part)) + (b - part)};
}

/// a b exactly, by halves of 26 bits. For factors below 2⁹⁹⁵ whose product's last bits are in range.
TWOFOLD Twofold exact_product(double a, double b) {
  const double splitter = 0x1p27 + 1;
  double s = splitter * a, a_high = s - (s - a), a_low = a - a_high;
  double t = splitter * b, b_high = t - (t - b), b_low = b - b_high;
  double high = a * b;
  return (Twofold){high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// a² exactly.
TWOFOLD Twofold exact_square(double a) {
  double s = (0x1p27 + 1) * a, a_high = s - (s - a), a_low = a - a_high;
  double high = a * a;
  return (Twofold){high, ((a_high * a_high - high) + 2 * a_high * a_low) + a_low * a_low};
}

TWOFOLD Twofold plus(Twofold a, Twofold b) {
  Twofold high = exact_sum(a.high, b.high), low = exact_sum(a.low, b.low);
  Twofold first = quick_sum(high.high, high.low + low.high);
  return quick_sum(first.high, first.low + low.low);
}

TWOFOLD Twofold minus(Twofold a, Twofold b) { return plus(a, (Twofold){-b.high, -b.low}); }

TWOFOLD Twofold times(Twofold a, Twofold b) {
  Twofold p = exact_product(a.high, b.high);
  return quick_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

TWOFOLD Twofold over(Twofold a, Twofold b) {
  // The second quotient by a product, which need not wait for the first.
  double q = a.high / b.high, inverse = 1 / b.high;
  Twofold p = exact_product(q, b.high);
  return quick_sum(q, (((a.high - p.high) - p.low) + (a.low - q * b.low)) * inverse);
}

/// √a, for a > 0.
TWOFOLD Twofold root_of(Twofold a) {
  double r = root(a.high), inverse = 0.5 / r;
  Twofold p = exact_square(r);
  return quick_sum(r, (((a.high - p.high) - p.low) + a.low) * inverse);
}

/// log(x) for 0 < x < ∞, off by less than 2⁻⁶⁷ of it.
Twofold twofold_log(double x);

/// exp(x) 2⁻ⁿ, between 0.7 and 1.5 and off by less than 2⁻⁶⁰ of it, and n. For |x| below 2000.
Twofold twofold_exp(Twofold x, int *n);

/// v 2ⁿ rounded once, in the subnormal range too. For v between 2⁻⁵⁰ and 2⁵⁰.
double twofold_scaled(Twofold v, int n);

/// log(x) of a sum of two.
TWOFOLD Twofold twofold_log_of(Twofold x) {
  Twofold y = twofold_log(x.high);
  return exact_sum(y.high, y.low + x.low / x.high);
}

/// The sine and the cosine of r + c, for |r| ≤ π/4, off by less than 2⁻⁵⁵ of them.
void twofold_sine_and_cosine(double r, double c, Twofold *sine, Twofold *cosine);

static const Twofold twofold_pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
static const Twofold twofold_half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
static const Twofold twofold_log_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

#endif
