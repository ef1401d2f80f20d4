// The loops for each instruction set, and the choice among them.

#include "functions.h"
#include "paths.h"
#include <stdlib.h>

typedef double Lanes __attribute__((vector_size(128), aligned(8)));
typedef double HalfLanes __attribute__((vector_size(64), aligned(8)));
typedef float ShortLanes __attribute__((vector_size(64), aligned(4)));
typedef int64_t Mask __attribute__((vector_size(128), aligned(8)));
typedef int32_t ShortMask __attribute__((vector_size(64), aligned(4)));

/// The loops of one instruction set.
typedef struct {
  const char *name;
  void (*unary_f64[VECTOR_UNARY_COUNT])(const double *, double *, size_t);
  void (*unary_f32[VECTOR_UNARY_COUNT])(const float *, float *, size_t);
  void (*binary_f64[VECTOR_BINARY_COUNT])(const double *, size_t, const double *, size_t, double *, size_t);
  void (*binary_f32[VECTOR_BINARY_COUNT])(const float *, size_t, const float *, size_t, float *, size_t);
  void (*compare_f64[VECTOR_COMPARISON_COUNT])(
      const double *, size_t, const double *, size_t, uint8_t *, size_t);
  void (*compare_f32[VECTOR_COMPARISON_COUNT])(const float *, size_t, const float *, size_t, uint8_t *, size_t);
  void (*choose_f64)(const uint8_t *, const double *, size_t, const double *, size_t, double *, size_t);
  void (*choose_f32)(const uint8_t *, const float *, size_t, const float *, size_t, float *, size_t);
  double (*sum_f64)(const double *, const double *, size_t);
  double (*sum_f32)(const float *, const float *, size_t);
  double (*dot_f64)(const double *, const double *, size_t);
  double (*dot_f32)(const float *, const float *, size_t);
  void (*accumulate_f64)(const double *, size_t, size_t, double *, size_t);
  void (*accumulate_f32)(const float *, size_t, size_t, double *, size_t);
  void (*widen)(const float *, double *, size_t);
  void (*narrow)(const double *, float *, size_t);
  double (*greatest_f64)(const double *, size_t);
  float (*greatest_f32)(const float *, size_t);
  double (*least_f64)(const double *, size_t);
  float (*least_f32)(const float *, size_t);
  int (*survey_f64)(const double *, size_t);
  int (*survey_f32)(const float *, size_t);
  void (*addColumns_f64)(size_t, size_t, const double *, size_t, const double *, double *);
  void (*dotColumns_f64)(size_t, size_t, const double *, size_t, const double *, double *);
  void (*addAndDotColumns_f64)(
      size_t, size_t, const double *, size_t, const double *, double *, const double *, double *);
  void (*addOuter_f64)(size_t, size_t, const double *, const double *, double *, size_t);
  void (*solveTriangle_f64)(size_t, const double *, bool, double *);
  void (*multiplyTriangle_f64)(size_t, const double *, bool, double *);
} Path;

#define PATH(name) baseline_##name
#define PATH_LABEL "baseline"
#include "loops.inc"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#define PATH(name) avx2_##name
#define PATH_LABEL "avx2"
#include "loops.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(AVX512_TARGET))), apply_to = function)
#define PATH(name) avx512_##name
#define PATH_LABEL "avx512"
#include "loops.inc"
#pragma clang attribute pop

static const Path *const paths[] = {&baseline_path, &avx2_path, &avx512_path};

size_t vector_path_count(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return wide ? 3 : 2;
}

#else

static const Path *const paths[] = {&baseline_path};

size_t vector_path_count(void) { return 1; }

#endif

size_t current_path = BASELINE_PATH;
static const Path *path = &baseline_path;

const char *vector_path_name(size_t index) { return paths[index]->name; }

void vector_choose_path(size_t index) {
  current_path = index;
  path = paths[index];
}

/// The last path, or the one whose name is given.
__attribute__((constructor)) static void choose_path(void) {
  size_t count = vector_path_count();
  vector_choose_path(count - 1);
  const char *name = getenv("NABLA_INSTRUCTIONS");
  for (size_t index = 0; name && index < count; index++)
    if (strcmp(name, paths[index]->name) == 0) vector_choose_path(index);
}

size_t vector_path(void) { return current_path; }

#define SCALAR(name)                                                                                          \
  double vector_##name##_f64(double x) { return name##_at_f64(x); }                                           \
  float vector_##name##_f32(float x) { return name##_at_f32(x); }
VECTOR_UNARY(SCALAR)
#define PAIR_SCALAR(name)                                                                                     \
  double vector_##name##_f64(double a, double b) { return name##_at_f64(a, b); }                              \
  float vector_##name##_f32(float a, float b) { return name##_at_f32(a, b); }
VECTOR_BINARY(PAIR_SCALAR)

#define SCALAR_f64(name) vector_##name##_f64,
#define SCALAR_f32(name) vector_##name##_f32,
static double (*const functions_f64[])(double) = {VECTOR_UNARY(SCALAR_f64)};
static float (*const functions_f32[])(float) = {VECTOR_UNARY(SCALAR_f32)};
static double (*const pair_functions_f64[])(double, double) = {VECTOR_BINARY(SCALAR_f64)};
static float (*const pair_functions_f32[])(float, float) = {VECTOR_BINARY(SCALAR_f32)};

double (*vector_function_f64(int function))(double) { return functions_f64[function]; }
float (*vector_function_f32(int function))(float) { return functions_f32[function]; }
double (*vector_pairFunction_f64(int function))(double, double) { return pair_functions_f64[function]; }
float (*vector_pairFunction_f32(int function))(float, float) { return pair_functions_f32[function]; }

void vector_unary_f64(int function, const double *x, double *y, size_t count) {
  path->unary_f64[function](x, y, count);
}
void vector_unary_f32(int function, const float *x, float *y, size_t count) {
  path->unary_f32[function](x, y, count);
}
void vector_binary_f64(
    int function, const double *a, size_t stepA, const double *b, size_t stepB, double *y, size_t count) {
  path->binary_f64[function](a, stepA, b, stepB, y, count);
}
void vector_binary_f32(
    int function, const float *a, size_t stepA, const float *b, size_t stepB, float *y, size_t count) {
  path->binary_f32[function](a, stepA, b, stepB, y, count);
}
void vector_compare_f64(
    int comparison, const double *a, size_t stepA, const double *b, size_t stepB, uint8_t *y, size_t count) {
  path->compare_f64[comparison](a, stepA, b, stepB, y, count);
}
void vector_compare_f32(
    int comparison, const float *a, size_t stepA, const float *b, size_t stepB, uint8_t *y, size_t count) {
  path->compare_f32[comparison](a, stepA, b, stepB, y, count);
}
void vector_choose_f64(
    const uint8_t *mask, const double *a, size_t stepA, const double *b, size_t stepB, double *y, size_t count) {
  path->choose_f64(mask, a, stepA, b, stepB, y, count);
}
void vector_choose_f32(
    const uint8_t *mask, const float *a, size_t stepA, const float *b, size_t stepB, float *y, size_t count) {
  path->choose_f32(mask, a, stepA, b, stepB, y, count);
}
double vector_sum_f64(const double *x, size_t count) { return path->sum_f64(x, NULL, count); }
double vector_sum_f32(const float *x, size_t count) { return path->sum_f32(x, NULL, count); }
double vector_dot_f64(const double *a, const double *b, size_t count) { return path->dot_f64(a, b, count); }
double vector_dot_f32(const float *a, const float *b, size_t count) { return path->dot_f32(a, b, count); }
void vector_accumulate_f64(const double *x, size_t rows, size_t stride, double *y, size_t count) {
  path->accumulate_f64(x, rows, stride, y, count);
}
void vector_accumulate_f32(const float *x, size_t rows, size_t stride, double *y, size_t count) {
  path->accumulate_f32(x, rows, stride, y, count);
}
void vector_widen(const float *x, double *y, size_t count) { path->widen(x, y, count); }
void vector_narrow(const double *x, float *y, size_t count) { path->narrow(x, y, count); }
double vector_greatest_f64(const double *x, size_t count) { return path->greatest_f64(x, count); }
float vector_greatest_f32(const float *x, size_t count) { return path->greatest_f32(x, count); }
double vector_least_f64(const double *x, size_t count) { return path->least_f64(x, count); }
float vector_least_f32(const float *x, size_t count) { return path->least_f32(x, count); }
int vector_survey_f64(const double *x, size_t count) { return path->survey_f64(x, count); }
int vector_survey_f32(const float *x, size_t count) { return path->survey_f32(x, count); }

void vector_addColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *factors, double *y) {
  path->addColumns_f64(rows, columns, a, stride, factors, y);
}
void vector_dotColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *x, double *sums) {
  path->dotColumns_f64(rows, columns, a, stride, x, sums);
}
void vector_addAndDotColumns_f64(
    size_t rows, size_t columns, const double *a, size_t stride, const double *factors, double *y,
    const double *x, double *sums) {
  path->addAndDotColumns_f64(rows, columns, a, stride, factors, y, x, sums);
}
void vector_addOuter_f64(
    size_t rows, size_t columns, const double *x, const double *factors, double *a, size_t stride) {
  path->addOuter_f64(rows, columns, x, factors, a, stride);
}
void vector_solveTriangle_f64(size_t count, const double *t, bool hasUnitDiagonal, double *b) {
  path->solveTriangle_f64(count, t, hasUnitDiagonal, b);
}
void vector_multiplyTriangle_f64(size_t count, const double *t, bool hasUnitDiagonal, double *b) {
  path->multiplyTriangle_f64(count, t, hasUnitDiagonal, b);
}
