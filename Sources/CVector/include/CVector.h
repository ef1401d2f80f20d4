// Loops over elements, compiled once for each instruction set and chosen when the process starts.
//
// Every path gives the same bits: the same operations in the same order, a product and a sum rounded as one
// nowhere but in products of matrices, and there always; and sums in lanes whose number does not depend on the
// width of the machine's registers. The functions of one number below are what the loops apply to each element.

#ifndef CVECTOR_H
#define CVECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Functions that have loops, each in the list of those whose loop has its form; all else that must know of one is made
// of these lists. What a function is stands in functions.inc, or in functions.h.
//
// Of one number. Errors below 2 units in the last place (gelu: 4), most of them below 1. First those that cost as much as about
// eight additions or more, then what repeats itself and has a slower way for large numbers, then the others.
#define VECTOR_LONG(FUNCTION)                                                                                 \
  FUNCTION(exp) FUNCTION(expm1) FUNCTION(log) FUNCTION(log1p) FUNCTION(tanh) FUNCTION(sigmoid)                \
  FUNCTION(softplus) FUNCTION(erf) FUNCTION(silu) FUNCTION(gelu)
#define VECTOR_PERIODIC(FUNCTION) FUNCTION(sin) FUNCTION(cos)
#define VECTOR_SHORT(FUNCTION)                                                                                \
  FUNCTION(sqrt) FUNCTION(abs) FUNCTION(negate) FUNCTION(relu) FUNCTION(sign) FUNCTION(square) FUNCTION(cube) \
  FUNCTION(reciprocal) FUNCTION(floor) FUNCTION(ceil) FUNCTION(round)
#define VECTOR_UNARY(FUNCTION) VECTOR_LONG(FUNCTION) VECTOR_PERIODIC(FUNCTION) VECTOR_SHORT(FUNCTION)

// Of two numbers. Of equal operands max and min take the first, and a NaN wins; `annihilate` is a product that is 0
// where either is 0; the slopes are products of a cotangent and the slope of tanh and of the logistic function at the
// value, of the square at the argument; `logisticLoss` is b log(1 + exp(-a)) + (1 - b) log(1 + exp(a)), a part whose
// factor is 0 being 0.
#define VECTOR_BINARY(FUNCTION)                                                                               \
  FUNCTION(add) FUNCTION(subtract) FUNCTION(multiply) FUNCTION(divide) FUNCTION(max) FUNCTION(min)            \
  FUNCTION(annihilate) FUNCTION(tanhSlope) FUNCTION(sigmoidSlope) FUNCTION(squareSlope) FUNCTION(logisticLoss)

// Comparisons, which write bytes 0 and 1.
#define VECTOR_COMPARISON(FUNCTION)                                                                           \
  FUNCTION(equal) FUNCTION(unequal) FUNCTION(less) FUNCTION(lessEqual) FUNCTION(greater) FUNCTION(greaterEqual)

#define VECTOR_ENTRY(name) VECTOR_##name,
enum { VECTOR_UNARY(VECTOR_ENTRY) VECTOR_UNARY_COUNT };
enum { VECTOR_BINARY(VECTOR_ENTRY) VECTOR_BINARY_COUNT };
enum { VECTOR_COMPARISON(VECTOR_ENTRY) VECTOR_COMPARISON_COUNT };
#undef VECTOR_ENTRY

// How many of the functions of one number are long: they come first.
#define VECTOR_ONE(name) +1
enum { VECTOR_LONG_COUNT = VECTOR_LONG(VECTOR_ONE) VECTOR_PERIODIC(VECTOR_ONE) };
#undef VECTOR_ONE

#define VECTOR_SCALAR(name)                                                                                   \
  double vector_##name##_f64(double x);                                                                       \
  float vector_##name##_f32(float x);
VECTOR_UNARY(VECTOR_SCALAR)
#undef VECTOR_SCALAR
#define VECTOR_SCALAR(name)                                                                                   \
  double vector_##name##_f64(double a, double b);                                                             \
  float vector_##name##_f32(float a, float b);
VECTOR_BINARY(VECTOR_SCALAR)
#undef VECTOR_SCALAR

// These functions of one number or two by the constants that name their loops.
double (*vector_function_f64(int function))(double);
float (*vector_function_f32(int function))(float);
double (*vector_pairFunction_f64(int function))(double, double);
float (*vector_pairFunction_f32(int function))(float, float);

// Functions of one or two numbers that have no loops: errors below 1 unit in the last place, below 0.6 for most
// (near the zeros of lgamma at negative arguments, below 4), exact where the result is a number of f64, and
// what Annex F of C says where an argument is infinite, 0 or no number. gamma is Γ, lgamma log|Γ|. An f32 result
// is that of f64, rounded.
#define VECTOR_SINGLE(FUNCTION)                                                                               \
  FUNCTION(log2) FUNCTION(log10) FUNCTION(tan) FUNCTION(asin) FUNCTION(acos) FUNCTION(atan) FUNCTION(sinh)    \
  FUNCTION(cosh) FUNCTION(asinh) FUNCTION(acosh) FUNCTION(atanh) FUNCTION(cbrt) FUNCTION(gamma)               \
  FUNCTION(lgamma)
#define VECTOR_SINGLE_DECLARATION(name) double vector_##name##_f64(double x);
VECTOR_SINGLE(VECTOR_SINGLE_DECLARATION)
#undef VECTOR_SINGLE_DECLARATION
double vector_pow_f64(double x, double y);
// Powers of one number, with the same bits, but that those with the exponents 2, 1, 3 and -1 are products.
void vector_powersOf_f64(double x, const double *y, double *powers, size_t count);
double vector_atan2_f64(double y, double x);
double vector_hypot_f64(double x, double y);

// The number nearest to 10ⁿ.
double vector_powerOfTen(int exponent);

// y[i] = f(x[i]). Here and below a result may be written over an operand.
void vector_unary_f64(int function, const double *x, double *y, size_t count);
void vector_unary_f32(int function, const float *x, float *y, size_t count);

// y[i] = f(a[i], b[i]); an operand whose step is 0 is one number.
void vector_binary_f64(
    int function, const double *a, size_t stepA, const double *b, size_t stepB, double *y, size_t count);
void vector_binary_f32(
    int function, const float *a, size_t stepA, const float *b, size_t stepB, float *y, size_t count);

void vector_compare_f64(
    int comparison, const double *a, size_t stepA, const double *b, size_t stepB, uint8_t *y, size_t count);
void vector_compare_f32(
    int comparison, const float *a, size_t stepA, const float *b, size_t stepB, uint8_t *y, size_t count);

// y[i] = mask[i] ? a[i] : b[i]
void vector_choose_f64(
    const uint8_t *mask, const double *a, size_t stepA, const double *b, size_t stepB, double *y, size_t count);
void vector_choose_f32(
    const uint8_t *mask, const float *a, size_t stepA, const float *b, size_t stepB, float *y, size_t count);

// Sums in 16 lanes, the lanes added in pairs; fewer than 8 elements one after the other. f32 is accumulated
// in f64.
double vector_sum_f64(const double *x, size_t count);
double vector_sum_f32(const float *x, size_t count);
double vector_dot_f64(const double *a, const double *b, size_t count);
double vector_dot_f32(const float *a, const float *b, size_t count);

// y[i] += x[stride row + i], one row after the other.
void vector_accumulate_f64(const double *x, size_t rows, size_t stride, double *y, size_t count);
void vector_accumulate_f32(const float *x, size_t rows, size_t stride, double *y, size_t count);

// The greatest or the least element; NaN where one is. Zeros of both signs are equal.
double vector_greatest_f64(const double *x, size_t count);
float vector_greatest_f32(const float *x, size_t count);
double vector_least_f64(const double *x, size_t count);
float vector_least_f32(const float *x, size_t count);

// What there is among numbers: bits of those below.
enum { VECTOR_NONFINITE = 1, VECTOR_NEGATIVE_ZERO = 2 };
int vector_survey_f64(const double *x, size_t count);
int vector_survey_f32(const float *x, size_t count);

// Products of matrices: C (m×n) becomes A (m×k) B (k×n), or that is added to it or subtracted from it. Element
// (i, l) of A is a[i rowA + l columnA], and likewise for B and C; one of rowC and columnC is 1. C is apart from A
// and B.
//
// The axis that is summed is cut into stretches of 256; each is a chain of fused multiply-adds from 0 in its order,
// in the type of the elements; the stretches are added (subtracted) in their order. To continue is to let the first
// chain begin with what C holds. So an entry does not depend on the shape of the rest, on the arrangement, or on the
// instruction set.
enum { VECTOR_SET, VECTOR_ADD, VECTOR_SUBTRACT, VECTOR_CONTINUE };
enum { VECTOR_STRETCH = 256 };
void vector_product_f64(
    size_t m, size_t n, size_t k, const double *a, ptrdiff_t rowA, ptrdiff_t columnA, const double *b,
    ptrdiff_t rowB, ptrdiff_t columnB, double *c, ptrdiff_t rowC, ptrdiff_t columnC, int mode);
void vector_product_f32(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t rowA, ptrdiff_t columnA, const float *b,
    ptrdiff_t rowB, ptrdiff_t columnB, float *c, ptrdiff_t rowC, ptrdiff_t columnC, int mode);

// Many products of one shape, their results one after the other in c, rows of n elements: product i is of the
// matrices pairs[i][0] of the stack a, m k elements apart, and pairs[i][1] of the stack b, k n elements apart.
void vector_products_f64(
    size_t count, const ptrdiff_t (*pairs)[2], size_t m, size_t n, size_t k, const double *a, ptrdiff_t rowA,
    ptrdiff_t columnA, const double *b, ptrdiff_t rowB, ptrdiff_t columnB, double *c);
void vector_products_f32(
    size_t count, const ptrdiff_t (*pairs)[2], size_t m, size_t n, size_t k, const float *a, ptrdiff_t rowA,
    ptrdiff_t columnA, const float *b, ptrdiff_t rowB, ptrdiff_t columnB, float *c);

void vector_widen(const float *x, double *y, size_t count);
void vector_narrow(const double *x, float *y, size_t count);

// What factorisations do with a few columns of a matrix; column j begins at a + stride j. Nothing is rounded
// once for a product and a sum.
//
// y[i] += Σ a[i, j] factors[j], one column after the other.
void vector_addColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *factors, double *y);
// sums[j] = Σ a[i, j] x[i], in 8 lanes, the lanes added in pairs.
void vector_dotColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *x, double *sums);
// Both of these in one pass over the matrix.
void vector_addAndDotColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *factors, double *y,
    const double *x, double *sums);
// a[i, j] += x[i] factors[j]
void vector_addOuter_f64(
    size_t rows, size_t columns, const double *x, const double *factors, double *a, size_t stride);

// T Y = B in place of B, and T B, for a lower triangle T with rows of `count` numbers and a B with rows of 16.
// Sums are formed in the order of the columns of T, the diagonal last.
void vector_solveTriangle_f64(size_t count, const double *t, bool hasUnitDiagonal, double *b);
void vector_multiplyTriangle_f64(size_t count, const double *t, bool hasUnitDiagonal, double *b);

// The instruction sets that this machine has, from the baseline up. The process starts with the last, or with what
// the environment variable NABLA_INSTRUCTIONS names, if the machine has it. Tests choose another, while nothing else
// runs.
size_t vector_path_count(void);
size_t vector_path(void);
const char *vector_path_name(size_t path);
void vector_choose_path(size_t path);

// How many processors the process may use: fewer than there are under `taskset` or in a container.
int vector_processors(void);

#endif
