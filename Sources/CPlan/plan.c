#include "CPlan.h"

#pragma STDC FP_CONTRACT OFF

typedef double (*Unary)(double);
typedef double (*Binary)(double, double);
typedef double (*Rule)(uint32_t, double, double, double, double);

/// With no registers it tells the addresses of its code.
static ptrdiff_t run(const PlanStep *steps, double *r, PlanMemory memory, const void *const **codes) {
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
  r[s->y] = memory.inputs[s->a][s->b];
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
do_squareRoot:
  r[s->y] = __builtin_sqrt(r[s->a]);
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
do_index : {
  double place = r[s->a];
  if (!(place >= 1 && place <= s->b && place == (double)(int32_t)place)) return s - steps;
}
  NEXT;
do_loadAt:
  r[s->y] = memory.inputs[s->b][((ptrdiff_t)r[s->a] - 1) * s->c + s->d];
  NEXT;
do_store:
  memory.outputs[s->argument][((ptrdiff_t)r[s->a] - 1) * s->c + s->d] = r[s->b];
  NEXT;
do_call:
  if (!memory.call(s->function, r)) return s - steps;
  NEXT;
}

void plan_prepare(PlanStep *steps, size_t count) {
  const void *const *codes;
  run(steps, 0, (PlanMemory){0, 0, 0}, &codes);
  for (size_t i = 0; i < count; i++) steps[i].code = codes[steps[i].kind];
}

ptrdiff_t plan_run(const PlanStep *steps, double *registers, PlanMemory memory) {
  return run(steps, registers, memory, 0);
}

size_t plan_repeat(const PlanStep *steps, double *registers, PlanMemory memory, PlanTurns loop, size_t turns) {
  for (size_t turn = 0; turn < turns; turn++) {
    if (loop.item >= 0) registers[loop.item] = loop.items[turn];
    if (run(steps, registers, memory, 0) >= 0) return turn;
    // All of them are read before one is written: variables may change places.
    for (size_t i = 0; i < loop.count; i++) loop.room[i] = registers[loop.results[i]];
    for (size_t i = 0; i < loop.count; i++) registers[loop.carried[i]] = loop.room[i];
  }
  return turns;
}
