#include "CPlan.h"

#pragma STDC FP_CONTRACT OFF

typedef double (*Unary)(double);
typedef double (*Binary)(double, double);
typedef double (*Rule)(uint32_t, double, double, double, double);

/// With no registers it tells the addresses of its code.
static ptrdiff_t run(const PlanStep *steps, double *r, const double *const *inputs, const void *const **codes) {
#define LABEL(name) &&do_##name,
  static const void *const labels[] = {PLAN_STEPS(LABEL)};
  if (codes) {
    *codes = labels;
    return -1;
  }
  const PlanStep *s = steps;
#define NEXT                                                                                                  \
  do {                                                                                                        \
    s++;                                                                                                      \
    goto *s->code;                                                                                            \
  } while (0)
#define GUARD(name, condition)                                                                                \
  do_##name : if ((condition) != s->c) return s - steps;                                                      \
  NEXT;
  goto *s->code;
do_end:
  return -1;
do_load:
  r[s->y] = inputs[s->a][s->b];
  NEXT;
do_copy:
  r[s->y] = r[s->a];
  NEXT;
do_add:
  r[s->y] = r[s->a] + r[s->b];
  NEXT;
do_subtract:
  r[s->y] = r[s->a] - r[s->b];
  NEXT;
do_multiply:
  r[s->y] = r[s->a] * r[s->b];
  NEXT;
do_divide:
  r[s->y] = r[s->a] / r[s->b];
  NEXT;
do_negate:
  r[s->y] = -r[s->a];
  NEXT;
do_square:
  r[s->y] = r[s->a] * r[s->a];
  NEXT;
do_multiplyAdd : {
  double product = r[s->a] * r[s->b];
  r[s->y] = product + r[s->c];
}
  NEXT;
do_multiplySubtract : {
  double product = r[s->a] * r[s->b];
  r[s->y] = product - r[s->c];
}
  NEXT;
do_subtractProduct : {
  double product = r[s->a] * r[s->b];
  r[s->y] = r[s->c] - product;
}
  NEXT;
do_unary:
  r[s->y] = ((Unary)s->function)(r[s->a]);
  NEXT;
do_binary:
  r[s->y] = ((Binary)s->function)(r[s->a], r[s->b]);
  NEXT;
do_rule:
  r[s->y] = ((Rule)s->function)(s->argument, r[s->c], r[s->a], r[s->b], r[s->d]);
  NEXT;
  GUARD(equal, r[s->a] == r[s->b])
  GUARD(unequal, r[s->a] != r[s->b])
  GUARD(less, r[s->a] < r[s->b])
  GUARD(lessEqual, r[s->a] <= r[s->b])
  GUARD(greater, r[s->a] > r[s->b])
  GUARD(greaterEqual, r[s->a] >= r[s->b])
  GUARD(finite, r[s->a] - r[s->a] == 0)
}

void plan_prepare(PlanStep *steps, size_t count) {
  const void *const *codes;
  run(steps, 0, 0, &codes);
  for (size_t i = 0; i < count; i++) steps[i].code = codes[steps[i].kind];
}

ptrdiff_t plan_run(const PlanStep *steps, double *registers, const double *const *inputs) {
  return run(steps, registers, inputs, 0);
}
