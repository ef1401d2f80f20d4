// The functions of one number for both types, and those of two. Only +, -, ×, ÷, √, comparisons and shifts,
// without branches, so that loops over them are vectorised and every path rounds alike.

#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "CVector.h"
#include "constants.h"
#include "reduction.h"
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline, unused))
#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define NAME(name) PASTE(name, SUFFIX)
/// Horner's rule; the length is known when it is compiled.
#define POLYNOMIAL(list, x) NAME(polynomial)(NAME(list), LENGTH(NAME(list)), x)

INLINE double fabs_f64(double x) { return __builtin_fabs(x); }
INLINE float fabs_f32(float x) { return __builtin_fabsf(x); }
INLINE double square_root_f64(double x) { return __builtin_elementwise_sqrt(x); }
INLINE float square_root_f32(float x) { return __builtin_elementwise_sqrt(x); }

#define SUFFIX _f64
#define REAL double
#define BITS uint64_t
#define MANTISSA 52
#define BIAS 1023
#define SHIFT 0x1.8p52
#define MAGIC_BITS 0x4330000000000000u
#define MAGIC 0x1p52
#define LEAST_NORMAL 0x1p-1022
#define ROOT_HALF_BITS 0x3fe6a09e667f3bcdu
#define LN2_HIGH 0x1.62e42fefa2p-1
#define LN2_LOW 0x1.9ef35793c7673p-41
#define EXP_LEAST -746.0
#define EXP_GREATEST 710.0
#define EXPM1_LEAST -45.0
#define TANH_GREATEST 22.0
#define ERF_GREATEST 6.0
#include "functions.inc"

#define SUFFIX _f32
#define REAL float
#define BITS uint32_t
#define MANTISSA 23
#define BIAS 127
#define SHIFT 0x1.8p23f
#define MAGIC_BITS 0x4b000000u
#define MAGIC 0x1p23f
#define LEAST_NORMAL 0x1p-126f
#define ROOT_HALF_BITS 0x3f3504f3u
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define EXP_LEAST -104.0f
#define EXP_GREATEST 89.0f
#define EXPM1_LEAST -20.0f
#define TANH_GREATEST 10.0f
#define ERF_GREATEST 4.0f
#include "functions.inc"

/// x times the logistic function. Below 0 it may be a number where the function itself is none any more.
INLINE double silu_at_f64(double x) {
  double a = fabs_f64(x);
  a = a > 760 ? 760 : a;
  double n;
  double y = exp_significand_f64(-a, &n);
  double sum = 1 + scaled_f64(y, n);
  return x >= 0 ? x / sum : scaled_f64((x < -a ? -a : x) * y / sum, n);
}

/// x times the distribution function Φ of the normal law.
INLINE double gelu_at_f64(double x) {
  double a = fabs_f64(x);
  double z = a > 39 ? 39 : a;
  double c = z * 0x1.6a09e667f3bcdp-1;
  double near = 0.5 * (c + c * polynomial_f64(erf_near_f64, LENGTH(erf_near_f64), c * c));
  // exp(-z²/2) by the leading half of the digits, whose square is exact, and the rest.
  double high = from_bits_f64(bits_f64(z) >> 27 << 27);
  double n;
  double y = exp_significand_f64(-0.5 * high * high, &n) * exp_at_f64(-0.5 * (z - high) * (z + high));
  double tail = polynomial_f64(normal_tail_f64, LENGTH(normal_tail_f64), (z - 6) / (z + 6)) / (z + 6) * y;
  double beyond = 1 - scaled_f64(tail, n);
  double below = scaled_f64(-z * tail, n);
  return a < 0.7 ? x * (0.5 + (x < 0 ? -near : near)) : x > 0 ? x * beyond : below;
}

// In f32 that of f64, rounded.
INLINE float silu_at_f32(float x) { return (float)silu_at_f64(x); }
INLINE float gelu_at_f32(float x) { return (float)gelu_at_f64(x); }

// Sine and cosine. Up to here the multiple of π/2 is exact in the parts below; beyond, see reduction.c.
#define SINE_LIMIT 12867.0
#define PI_HALF_HIGH 0x1.921fb544p+0
#define PI_HALF_MIDDLE 0x1.0b4611a6p-34
#define PI_HALF_LOW 0x1.3198a2e037073p-69

/// sin(r + c) or cos(r + c), as the quadrant asks.
INLINE double sine_of_quadrant(double r, double c, uint64_t quadrant) {
  double z = r * r;
  double half = 0.5 * z;
  double one = 1 - half;
  double cosine = one + (((1 - one) - half) + (z * z * polynomial_f64(cos_f64, LENGTH(cos_f64), z) - r * c));
  double sine = r + (c + (r * (z * polynomial_f64(sin_f64, LENGTH(sin_f64), z)) - half * c));
  double value = quadrant & 1 ? cosine : sine;
  return from_bits_f64(bits_f64(value) ^ ((quadrant & 2) << 62));
}

INLINE float short_sine_of_quadrant(double r, uint64_t quadrant) {
  double z = r * r;
  double cosine = 1 - 0.5 * z + z * z * polynomial_f64(cos_f32, LENGTH(cos_f32), z);
  double sine = r + r * (z * polynomial_f64(sin_f32, LENGTH(sin_f32), z));
  double value = quadrant & 1 ? cosine : sine;
  return (float)from_bits_f64(bits_f64(value) ^ ((quadrant & 2) << 62));
}

/// x less the nearest multiple of π/2, as r + c, for |x| up to the limit; the answer has that multiple in its
/// last bits.
INLINE uint64_t near_reduction(double x, double *r, double *c) {
  double shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  double n = shifted - 0x1.8p52;
  double high = x - n * PI_HALF_HIGH;
  double middle = n * PI_HALF_MIDDLE;
  double first = high - middle;
  double back = high - first;
  double lost = (high - (first + back)) + (back - middle);
  double low = n * PI_HALF_LOW - lost;
  *r = first - low;
  *c = (first - *r) - low;
  return bits_f64(shifted);
}

/// For |x| up to the limit; `ahead` is 0 for the sine, 1 for the cosine.
INLINE double near_sine(double x, uint64_t ahead) {
  double r, c;
  uint64_t quadrant = near_reduction(x, &r, &c);
  double y = sine_of_quadrant(r, c, quadrant + ahead);
  // The sine keeps the sign of zero.
  return x == 0 && !ahead ? x : y;
}

INLINE float short_near_sine(float x, uint64_t ahead) {
  double wide = x;
  double shifted = wide * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  double n = shifted - 0x1.8p52;
  double r = (wide - n * PI_HALF_HIGH) - n * PI_HALF_MIDDLE;
  float y = short_sine_of_quadrant(r, bits_f64(shifted) + ahead);
  return x == 0 && !ahead ? x : y;
}

INLINE double any_sine(double x, uint64_t ahead) {
  if (__builtin_fabs(x) <= SINE_LIMIT) return near_sine(x, ahead);
  double r, c;
  uint64_t quadrant = reduce_by_half_pi(x, &r, &c);
  return sine_of_quadrant(r, c, quadrant + ahead);
}

INLINE float any_short_sine(float x, uint64_t ahead) {
  if (__builtin_fabsf(x) <= (float)SINE_LIMIT) return short_near_sine(x, ahead);
  double r, c;
  uint64_t quadrant = reduce_by_half_pi(x, &r, &c);
  return short_sine_of_quadrant(r, quadrant + ahead);
}

INLINE double near_sin_at_f64(double x) { return near_sine(x, 0); }
INLINE double near_cos_at_f64(double x) { return near_sine(x, 1); }
INLINE float near_sin_at_f32(float x) { return short_near_sine(x, 0); }
INLINE float near_cos_at_f32(float x) { return short_near_sine(x, 1); }
INLINE double sin_at_f64(double x) { return any_sine(x, 0); }
INLINE double cos_at_f64(double x) { return any_sine(x, 1); }
INLINE float sin_at_f32(float x) { return any_short_sine(x, 0); }
INLINE float cos_at_f32(float x) { return any_short_sine(x, 1); }

#endif
