// The way out of LAPACK before its end, for those of its calls that are ours.

#ifndef LEAVING_H
#define LEAVING_H

/// Leaves the routine that is running, if it was called so that it can be left and somebody wants it.
void look_up(void);

/// The same for what is asked very often: the eigenvalues of 500 rows compare letters four million times, so not every
/// question is worth a look.
void look_up_sometimes(void);

#endif
