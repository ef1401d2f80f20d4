#ifndef REDUCTION_H
#define REDUCTION_H

#include <stdint.h>

/// x less the nearest multiple of π/2, as r + c; the answer is that multiple, modulo 4. For any |x| ≥ 1;
/// NaN where x is not finite.
uint64_t reduce_by_half_pi(double x, double *r, double *c);

#endif
