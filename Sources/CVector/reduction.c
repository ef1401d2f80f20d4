// Angles of any size, by Payne and Hanek: of 2/π only the bits that can reach the result are multiplied.

#include "reduction.h"
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// The first 1280 bits of 2/π.
static const uint64_t two_over_pi[] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d};

/// 64 bits of 2/π after the first `bit` of them; those before the point are 0.
static uint64_t window(int bit) {
  if (bit < 0) return bit <= -64 ? 0 : two_over_pi[0] >> -bit;
  int word = bit / 64, offset = bit % 64;
  return offset ? two_over_pi[word] << offset | two_over_pi[word + 1] >> (64 - offset) : two_over_pi[word];
}

uint64_t reduce_by_half_pi(double x, double *r, double *c) {
  typedef unsigned __int128 Wide;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7ff);
  if (exponent == 0x7ff) {
    *r = *c = x - x;
    return 0;
  }
  uint64_t mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
  // x is mantissa · 2^(exponent - 1075). Bits of 2/π that give multiples of 4 are left out, so that the
  // product modulo 2^192 has the quadrant in its two highest bits.
  int start = exponent - 1075 - 2;
  Wide low = (Wide)mantissa * window(start + 128);
  Wide middle = (Wide)mantissa * window(start + 64) + (low >> 64);
  uint64_t high = mantissa * window(start) + (uint64_t)(middle >> 64);
  Wide fraction = (Wide)high << 64 | (uint64_t)middle;
  uint64_t rest = (uint64_t)low;
  uint64_t quadrant = high >> 62;
  // The fraction of a quadrant, from -1/2 to 1/2, in units of 2^-126, then 64 bits more.
  fraction = fraction << 2 | rest >> 62;
  rest <<= 2;
  int negative = (int)(fraction >> 127);
  if (negative) {
    quadrant += 1;
    rest = ~rest;
    fraction = ~fraction;
  }
  // Normalised, because almost everything may have cancelled.
  int scale = -128;
  while (scale > -192 && !(fraction >> 127)) {
    fraction = fraction << 1 | rest >> 63;
    rest <<= 1;
    scale -= 1;
  }
  double first = (double)(uint64_t)(fraction >> 75);
  double second = (double)((uint64_t)(fraction >> 22) & 0x1fffffffffffff);
  uint64_t unit_bits = (uint64_t)(1023 + scale + 75) << 52;
  double unit;
  memcpy(&unit, &unit_bits, sizeof unit);
  first *= unit;
  second *= unit * 0x1p-53;
  // (first + second) π/2, the product of the leading parts in full.
  const double half_pi = 0x1.921fb54442d18p+0, half_pi_rest = 0x1.1a62633145c07p-54;
  const double splitter = 0x1p27 + 1;
  double t = splitter * first, first_high = t - (t - first), first_low = first - first_high;
  double p_high = 0x1.921fb5p+0, p_low = half_pi - p_high;
  double product = first * half_pi;
  double error = first_low * p_low
      - (((product - first_high * p_high) - first_low * p_high) - first_high * p_low);
  double tail = error + (first * half_pi_rest + second * half_pi);
  double sum = product + tail;
  double left = (product - sum) + tail;
  int flip = negative ^ (int)(bits >> 63);
  *r = flip ? -sum : sum;
  *c = flip ? -left : left;
  return bits >> 63 ? 0 - quadrant : quadrant;
}
