// LAPACK runs to its end, which may be minutes away. Here it can be left: its calls that are ours look up and jump back
// to the call from outside. Between the two are frames of Fortran and C alone, which hold nothing but the memory that the
// caller lent them. Of matrices of 3,000 rows the looks are at most 0.15 s apart (measured: singular values, in a loop of
// the library's own over all pairs; eigenvalues of symmetric matrices 0.04 s, LU, QR and their inverses 0.01 s).

#include "CLAPACK.h"
#include "leaving.h"

#include <setjmp.h>

static _Thread_local jmp_buf *outside;
static bool (*isWanted)(void);

void lapack_watch(bool (*isInterrupted)(void)) { isWanted = isInterrupted; }

void look_up(void) {
  if (!outside || !isWanted || !isWanted()) return;
  jmp_buf *place = outside;
  outside = 0;
  longjmp(*place, 1);
}

/// The options of characters come to routines with their lengths, which are 1.
#define LEAVABLE(routine, parameters, ...)                                                                    \
  bool leavable_##routine parameters {                                                                        \
    jmp_buf place;                                                                                            \
    if (setjmp(place)) return false;                                                                          \
    outside = &place;                                                                                         \
    routine##_(__VA_ARGS__);                                                                                  \
    outside = 0;                                                                                              \
    return true;                                                                                              \
  }
LAPACK_ROUTINES(LEAVABLE)

void look_up_sometimes(void) {
  static _Thread_local unsigned times;
  if (times++ % 64 == 0) look_up();
}

/// Whether two letters are the same, whatever their case. Nearly all routines ask, those too that call none of ours that
/// take long: secular equations, rotations of Schur forms, solutions with quasi-triangular matrices.
int32_t lsame_(const char *a, const char *b, size_t lengthA, size_t lengthB) {
  (void)lengthA, (void)lengthB;
  look_up_sometimes();
  char left = *a >= 'a' && *a <= 'z' ? *a - 32 : *a, right = *b >= 'a' && *b <= 'z' ? *b - 32 : *b;
  return left == right;
}
