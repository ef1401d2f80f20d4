// Powers, and logarithms to the bases 2 and 10: exp and log with more digits than f64 has, so that a result is
// wrongly rounded only where it is within a few hundredths of the middle between two numbers.

#include "CVector.h"
#include "power_tables.h"
#include "twofold.h"

/// (log(1 + r) - r + r²/2) / r³ for |r| ≤ 0.0048, and (exp(r) - 1 - r) / r² for |r| ≤ log(2) / 256: minimax, found
/// by exchange in 70 digits and rounded.
static const double log_terms[] = {
    0x1.5555555555555p-2,  -0x1.0000000000006p-2, 0x1.99999999999aap-3, -0x1.555555526056cp-3,
    0x1.2492492179b64p-3, -0x1.0002e0a075a83p-3, 0x1.c721f0ab48b70p-4};
static const double exp_terms[] = {
    0x1.0000000000000p-1, 0x1.55555555554dbp-3, 0x1.55555555555bbp-5, 0x1.11111501d3339p-7,
    0x1.6c16c2bc5775cp-10};

/// log(2) as a multiple of 2⁻⁴², so that products with exponents are exact, and the rest; log(2) / 128 as one of
/// 2⁻⁴¹, and the rest.
#define LOG_2_HIGH 0x1.62e42fefa3800p-1
#define LOG_2_LOW 0x1.ef35793c76730p-45
#define STEP_HIGH 0x1.62e42fef80000p-8
#define STEP_LOW 0x1.1cf79abc9e3b4p-43

TWOFOLD Twofold log_inline(double x) {
  // x is z 2ᵏ with z from 0.705 to 1.41. The stretches of the table begin there, so that one has 1 inside.
  const uint64_t first = 0x3fe6900000000000;
  uint64_t bits = to_bits(x);
  int64_t k = 0;
  if (UNLIKELY(bits < 0x0010000000000000)) {
    bits = to_bits(x * 0x1p54);
    k = -54;
  }
  uint64_t place = bits - first;
  k += (int64_t)place >> 52;
  const double *row = log_table[place >> 45 & 127];
  uint64_t z = bits - (place & (uint64_t)0xfff << 52);
  // z / c - 1, exactly: the factor has 10 bits, so that its product with all but the last 10 of z fits.
  double z_high = of_bits(z & ~(uint64_t)0x3ff), z_low = of_bits(z) - z_high;
  Twofold r = quick_sum(z_high * row[0] - 1, z_low * row[0]);
  Twofold square = exact_square(r.high);
  double scale = (double)k;
  Twofold sum = exact_sum(scale * LOG_2_HIGH + row[1], r.high);
  Twofold next = quick_sum(sum.high, -0.5 * square.high);
  double small = r.high * square.high * SERIES(log_terms, r.high);
  small += (scale * LOG_2_LOW + row[2]) + (r.low - 0.5 * square.low - r.high * r.low);
  return quick_sum(next.high, next.low + sum.low + small);
}

TWOFOLD Twofold exp_inline(Twofold x, int *exponent) {
  double shifted = x.high * 0x1.71547652b82fep+7 + 0x1.8p52;
  double n = shifted - 0x1.8p52;
  int64_t whole = (int64_t)(to_bits(shifted) << 13) >> 13;
  double r = ((x.high - n * STEP_HIGH) - n * STEP_LOW) + x.low;
  const double *row = exp_table[whole & 127];
  double rest = r + r * r * SERIES(exp_terms, r);
  *exponent = (int)(whole >> 7);
  return quick_sum(row[0], row[1] + row[0] * rest);
}

TWOFOLD double scaled_inline(Twofold v, int n) {
  if (n > -970 && n < 970) return (v.high + v.low) * of_bits((uint64_t)(1023 + n) << 52);
  if (n > 1200) n = 1200;
  if (n < -1200) n = -1200;
  if (n > 0) return (v.high + v.low) * 0x1p970 * of_bits((uint64_t)(1023 + n - 970) << 52);
  // Rounded to a multiple of 2⁻¹⁰⁷⁴ before it is scaled, where f64 would keep more.
  if (n < -1074 - 52) return 0;
  double unit = of_bits((uint64_t)(1023 - 1074 - n) << 52);
  double value = v.high + v.low;
  if (value < unit * 0x1p52) {
    Twofold sum = quick_sum(unit * 0x1p52, v.high);
    value = (sum.high + (sum.low + v.low)) - unit * 0x1p52;
  }
  return value * 0x1p-540 * of_bits((uint64_t)(1023 + n + 540) << 52);
}

Twofold twofold_log(double x) { return log_inline(x); }
Twofold twofold_exp(Twofold x, int *n) { return exp_inline(x, n); }
double twofold_scaled(Twofold v, int n) { return scaled_inline(v, n); }

double vector_powerOfTen(int exponent) {
  static const double small[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21};
  if (exponent > 308) return __builtin_inf();
  if (exponent < -323) return 0;
  int whole = (exponent + 330) / 22, rest = (exponent + 330) % 22;
  Twofold v = times((Twofold){ten_table[whole][0], ten_table[whole][1]}, (Twofold){small[rest], 0});
  // log(10) / log(2) is 217706 / 2¹⁶, near enough for these.
  int power = ((whole - 15) * 22 * 217706) >> 16;
  // Brought near 1, since what is scaled may not be far from it.
  int size = (int)(to_bits(small[rest]) >> 52) - 1023;
  double unit = of_bits((uint64_t)(1023 - size) << 52);
  return scaled_inline((Twofold){v.high * unit, v.low * unit}, power + size);
}

/// 0 for what is no whole number, 1 for odd ones, 2 for even ones.
static int parity(double y) {
  double size = magnitude(y);
  if (size >= 0x1p53) return 2;
  if (size >= 0x1p52) return to_bits(size) & 1 ? 1 : 2;
  double shifted = size + 0x1p52;
  if (shifted - 0x1p52 != size) return 0;
  return to_bits(shifted) & 1 ? 1 : 2;
}

TWOFOLD double power_by_logarithm(Twofold logarithm, double y) {
  Twofold p = exact_product(y, logarithm.high);
  p = quick_sum(p.high, p.low + y * logarithm.low);
  if (UNLIKELY(!(magnitude(p.high) < 746))) return p.high > 0 ? __builtin_inf() : 0;
  int n;
  Twofold v = exp_inline(p, &n);
  return scaled_inline(v, n);
}

static double positive_power(double x, double y) { return power_by_logarithm(log_inline(x), y); }

/// Where an operand is not positive and finite, or the result plainly 1, 0 or infinite.
static double special_power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return NOT_A_NUMBER;
  double size = magnitude(x), infinity = __builtin_inf();
  int whole = parity(y);
  double sign = to_bits(x) >> 63 && whole == 1 ? -1 : 1;
  if (size == 0 || size == infinity) return sign * ((size == 0) == (y < 0) ? infinity : 0);
  if (magnitude(y) == infinity) return size == 1 ? 1 : (size > 1) == (y > 0) ? infinity : 0;
  if (x < 0 && whole == 0) return NOT_A_NUMBER;
  if (size == 1) return sign;
  // The nearest numbers to 1 have a logarithm of 2⁻⁵³.
  if (magnitude(y) >= 0x1p65) return (size > 1) == (y > 0) ? infinity : 0;
  if (magnitude(y) < 0x1p-65) return 1;
  return sign * positive_power(size, y);
}

double vector_pow_f64(double x, double y) {
  const uint64_t least = 0x3be0000000000000, greatest = 0x4400000000000000;
  uint64_t size = to_bits(y) & ~((uint64_t)1 << 63);
  if (UNLIKELY(to_bits(x) - 0x0010000000000000 >= 0x7fe0000000000000 || size - least >= greatest - least))
    return special_power(x, y);
  if (UNLIKELY(x == 10) && magnitude(y) < 400 && parity(y)) return vector_powerOfTen((int)y);
  return positive_power(x, y);
}

void vector_powersOf_f64(double x, const double *y, double *powers, size_t count) {
  const uint64_t least = 0x3be0000000000000, greatest = 0x4400000000000000;
  bool is_usual = to_bits(x) - 0x0010000000000000 < 0x7fe0000000000000 && x != 10;
  Twofold logarithm = log_inline(is_usual ? x : 1);
  for (size_t i = 0; i < count; i++) {
    double exponent = y[i];
    uint64_t size = to_bits(exponent) & ~((uint64_t)1 << 63);
    powers[i] = exponent == 2    ? x * x
                : exponent == 1  ? x
                : exponent == 3  ? x * x * x
                : exponent == -1 ? 1 / x
                : is_usual && size - least < greatest - least
                    ? power_by_logarithm(logarithm, exponent)
                    : vector_pow_f64(x, exponent);
  }
}

TWOFOLD double log_to_base(double x, Twofold inverse) {
  if (UNLIKELY(!(x > 0 && x < __builtin_inf())))
    return x == 0 ? -__builtin_inf() : x > 0 ? x : NOT_A_NUMBER;
  Twofold y = log_inline(x);
  Twofold p = exact_product(y.high, inverse.high);
  return p.high + (p.low + (y.high * inverse.low + y.low * inverse.high));
}

double vector_log2_f64(double x) {
  return log_to_base(x, (Twofold){0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56});
}

double vector_log10_f64(double x) {
  return log_to_base(x, (Twofold){0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57});
}
