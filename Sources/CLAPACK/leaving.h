// The way out of LAPACK before its end, for those of its calls that are ours.

#ifndef LEAVING_H
#define LEAVING_H

/// Leaves the routine that is running, if it was called so that it can be left and somebody wants it.
void look_up(void);

#endif
