// A machine for plans of numbers: a straight list of steps over registers, each rounded as the operation it stands for.
//
// Steps are threaded: one holds the address of the code that does it, so nothing is decoded while a plan runs.

#ifndef CPLAN_H
#define CPLAN_H

#include <stddef.h>
#include <stdint.h>

// What a step does with the registers a, b and c: the result goes to y. None is fused: `multiplyAdd` rounds twice.
//
// `load` is element b of input a. A guard compares a and b and ends the run where the outcome is not the one that is
// wanted (c, 0 or 1). `unary` and `binary` call a function; `rule` calls one of its argument, c, a, b and d.
//
// `index` is a guard: a is a whole number from 1 to b. Where it held, `loadAt` is element (a - 1) c + d of input b, and
// `store` writes b there, in output `argument`. `call` hands its function to the plan's own caller, which reads and writes
// registers; where that fails, so does the run.
#define PLAN_STEPS(STEP)                                                                                      \
  STEP(end) STEP(load) STEP(add) STEP(subtract) STEP(multiply) STEP(divide) STEP(negate)           \
  STEP(square) STEP(squareRoot) STEP(multiplyAdd) STEP(multiplySubtract) STEP(subtractProduct) STEP(unary)    \
  STEP(binary) STEP(rule) STEP(equal) STEP(unequal) STEP(less) STEP(lessEqual) STEP(greater)                  \
  STEP(greaterEqual) STEP(finite) STEP(index) STEP(loadAt) STEP(store) STEP(call)

#define PLAN_ENTRY(name) PLAN_##name,
enum { PLAN_STEPS(PLAN_ENTRY) PLAN_STEP_COUNT };
#undef PLAN_ENTRY

typedef struct {
  /// The address of its code; `plan_prepare` writes it.
  const void *code;
  /// The function of `unary`, `binary` and `rule`.
  const void *function;
  uint32_t kind, argument;
  int32_t a, b, c, d, y;
} PlanStep;

/// Makes steps ready to run. The last must be `end`.
void plan_prepare(PlanStep *steps, size_t count);

/// What a plan needs besides its registers: where the elements of each input and output are, and who does what is more
/// than a step.
typedef struct {
  const double *const *inputs;
  double *const *outputs;
  int (*call)(const void *function, double *registers);
} PlanMemory;

/// Runs a plan: registers in and out. The place of the guard that did not hold, or -1.
ptrdiff_t plan_run(const PlanStep *steps, double *registers, PlanMemory memory);

/// What goes from one turn of a loop to the next: the numbers in the registers `carried`, which are those in `results`
/// where a turn has come to its end. Register `item`, if it is none below 0, is set to each of `items`. There is room for
/// as many numbers as are carried.
typedef struct {
  const double *items;
  ptrdiff_t item;
  const int32_t *results, *carried;
  double *room;
  size_t count;
} PlanTurns;

/// Runs a plan turn by turn, `turns` at most, until a guard does not hold: how many turns came to their end. A turn
/// that did not has changed nothing of what is carried.
size_t plan_repeat(const PlanStep *steps, double *registers, PlanMemory memory, PlanTurns loop, size_t turns);

/// Code for this processor, ready to run; null where it is another than x86-64, or the system forbids it.
const void *plan_make_code(const uint8_t *bytes, size_t count);

void plan_free_code(const void *code, size_t count);

/// Runs the code of a plan turn by turn: how many turns came to their end. What goes from one to the next is in the
/// registers, of which a turn that does not come to its end has changed none.
size_t plan_run_code(
    const void *code, double *registers, const PlanMemory *memory, const double *items, size_t turns);

#endif
