// A fused multiply-add for processors of x86 that have none, by Boldo and Melquiond: exact parts, the small ones added
// with rounding to odd, so that the last addition rounds the whole once. (Emulation of a FMA and correctly rounded
// sums: proved algorithms using rounding to odd. IEEE Transactions on Computers 57(4), 2008.)

#ifndef FUSED_H
#define FUSED_H

#include <emmintrin.h>
#include <math.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

// What one register holds.
typedef double Pair __attribute__((ext_vector_type(2)));
typedef int64_t PairBits __attribute__((ext_vector_type(2)));
typedef float Two __attribute__((ext_vector_type(2)));
typedef float Four __attribute__((ext_vector_type(4)));

#define FUSED_INLINE static inline __attribute__((always_inline))

FUSED_INLINE Pair fused_size(Pair x) { return (Pair)((PairBits)x & INT64_MAX); }

/// x + y, and what that loses to rounding.
FUSED_INLINE Pair two_sum(Pair x, Pair y, Pair *lost) {
  Pair sum = x + y;
  Pair part = sum - x;
  *lost = (x - (sum - part)) + (y - part);
  return sum;
}

/// x + y, rounded to the neighbour whose last bit is 1 where it is not exact. What is lost is NaN where the sum is not
/// finite.
FUSED_INLINE Pair sum_to_odd(Pair x, Pair y) {
  Pair lost;
  Pair sum = two_sum(x, y, &lost);
  PairBits isInexact = (lost > 0) | (lost < 0);
  PairBits isEven = ((PairBits)sum & 1) - 1;
  // Away from 0 where what is lost has the sign of the sum, else towards it. It is not 0 where anything is lost.
  PairBits isTowards = (lost > 0) ^ (sum > 0);
  PairBits step = isTowards | 1;
  return (Pair)((PairBits)sum + (step & isInexact & isEven));
}

/// Half of the digits of x; the other half is what is left.
FUSED_INLINE Pair leading_half(Pair x) {
  Pair shifted = x * 0x8000001p0;
  return shifted - (shifted - x);
}

FUSED_INLINE Pair greater(Pair x, Pair y) { return (Pair)_mm_max_pd((__m128d)x, (__m128d)y); }

/// a b + c, rounded once.
static __attribute__((noinline)) Pair fused_pair(Pair a, Pair b, Pair c) {
  Pair product = a * b;
  Pair size = fused_size(product);
  PairBits isNothing = (a == 0) | (b == 0);
  Pair greatest = greater(greater(fused_size(a), fused_size(b)), greater(fused_size(c), size));
  PairBits isOrdinary = (greatest < 0x1p900) & ((size > 0x1p-900) | isNothing);
  // Where a part might overflow or lose bits below the least number. The library's function is exact, and slow.
  if (_mm_movemask_pd((__m128d)isOrdinary) != 3) return (Pair){fma(a[0], b[0], c[0]), fma(a[1], b[1], c[1])};
  Pair p = leading_half(a), q = a - p, r = leading_half(b), s = b - r;
  Pair rest = ((p * r - product) + p * s + q * r) + q * s;
  Pair lost, last;
  Pair small = two_sum(c, rest, &lost);
  Pair sum = two_sum(product, small, &last);
  // Nearly always the last addition rounds the same way whatever `lost + last` loses.
  Pair tail = lost + last, margin = tail * 0x1p-51;
  Pair result = sum + (tail - margin);
  if (_mm_movemask_pd((__m128d)(result == sum + (tail + margin))) != 3) result = sum + sum_to_odd(lost, last);
  // A product of 0 has a sign, which its parts lose.
  return isNothing ? product + c : result;
}

static __attribute__((noinline)) Four fused_four(Four a, Four b, Four c) {
  // The products are exact in f64, whose sums have enough digits to be rounded again where they are rounded to odd.
  Pair low = sum_to_odd(
      __builtin_convertvector(a.lo, Pair) * __builtin_convertvector(b.lo, Pair), __builtin_convertvector(c.lo, Pair));
  Pair high = sum_to_odd(
      __builtin_convertvector(a.hi, Pair) * __builtin_convertvector(b.hi, Pair), __builtin_convertvector(c.hi, Pair));
  return __builtin_shufflevector(__builtin_convertvector(low, Two), __builtin_convertvector(high, Two), 0, 1, 2, 3);
}

#endif
