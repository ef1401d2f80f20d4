// The routines of LAPACK that Nabla calls, as Fortran compilers see them: matrices column after column, every argument
// by its address, the lengths of letters behind all others. The library is Debian's reference LAPACK, which runs the
// same instructions on every x86-64 processor (and on every ARM one, where some products and sums are rounded once);
// the calls below it that decide its speed are those of this target.

#ifndef CLAPACK_H
#define CLAPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// LU with row exchanges; the inverse and solutions by it.
void dgetrf_(const int32_t *m, const int32_t *n, double *a, const int32_t *lda, int32_t *pivots, int32_t *info);
void dgetri_(
    const int32_t *n, double *a, const int32_t *lda, const int32_t *pivots, double *work, const int32_t *lwork,
    int32_t *info);
void dgetrs_(
    const char *trans, const int32_t *n, const int32_t *columns, const double *a, const int32_t *lda,
    const int32_t *pivots, double *b, const int32_t *ldb, int32_t *info, size_t transLength);

// The Cholesky factor; solutions by it.
void dpotrf_(
    const char *uplo, const int32_t *n, double *a, const int32_t *lda, int32_t *info, size_t uploLength);
void dpotrs_(
    const char *uplo, const int32_t *n, const int32_t *columns, const double *a, const int32_t *lda, double *b,
    const int32_t *ldb, int32_t *info, size_t uploLength);

// QR, and Q from its reflections.
void dgeqrf_(
    const int32_t *m, const int32_t *n, double *a, const int32_t *lda, double *factors, double *work,
    const int32_t *lwork, int32_t *info);
void dorgqr_(
    const int32_t *m, const int32_t *n, const int32_t *k, double *a, const int32_t *lda, const double *factors,
    double *work, const int32_t *lwork, int32_t *info);

// Singular values, eigenvalues of symmetric matrices, both by halving; eigenvalues of any.
void dgesdd_(
    const char *job, const int32_t *m, const int32_t *n, double *a, const int32_t *lda, double *s, double *u,
    const int32_t *ldu, double *vt, const int32_t *ldvt, double *work, const int32_t *lwork, int32_t *whole,
    int32_t *info, size_t jobLength);
void dsyevd_(
    const char *job, const char *uplo, const int32_t *n, double *a, const int32_t *lda, double *values,
    double *work, const int32_t *lwork, int32_t *whole, const int32_t *lwhole, int32_t *info, size_t jobLength,
    size_t uploLength);
void dgeev_(
    const char *left, const char *right, const int32_t *n, double *a, const int32_t *lda, double *real,
    double *imaginary, double *vl, const int32_t *ldvl, double *vr, const int32_t *ldvr, double *work,
    const int32_t *lwork, int32_t *info, size_t leftLength, size_t rightLength);

// The solution of least norm of a problem of least squares.
void dgelsd_(
    const int32_t *m, const int32_t *n, const int32_t *columns, double *a, const int32_t *lda, double *b,
    const int32_t *ldb, double *s, const double *cutoff, int32_t *rank, double *work, const int32_t *lwork,
    int32_t *whole, int32_t *info);

// The same routines, called so that they can be left: they answer false where they were, because the function that
// `lapack_watch` was given said so. What they were to write is then lost. Options are letters without their lengths.
#define LAPACK_ROUTINES(ROUTINE)                                                                              \
  ROUTINE(dgetrf, (const int32_t *m, const int32_t *n, double *a, const int32_t *lda, int32_t *pivots,        \
      int32_t *info), m, n, a, lda, pivots, info)                                                             \
  ROUTINE(dgetri, (const int32_t *n, double *a, const int32_t *lda, const int32_t *pivots, double *work,      \
      const int32_t *lwork, int32_t *info), n, a, lda, pivots, work, lwork, info)                             \
  ROUTINE(dgetrs, (const char *trans, const int32_t *n, const int32_t *columns, const double *a, const        \
      int32_t *lda, const int32_t *pivots, double *b, const int32_t *ldb, int32_t *info), trans, n,           \
      columns, a, lda, pivots, b, ldb, info, 1)                                                               \
  ROUTINE(dpotrf, (const char *uplo, const int32_t *n, double *a, const int32_t *lda, int32_t *info),         \
      uplo, n, a, lda, info, 1)                                                                               \
  ROUTINE(dpotrs, (const char *uplo, const int32_t *n, const int32_t *columns, const double *a, const         \
      int32_t *lda, double *b, const int32_t *ldb, int32_t *info), uplo, n, columns, a, lda, b, ldb,          \
      info, 1)                                                                                                \
  ROUTINE(dgeqrf, (const int32_t *m, const int32_t *n, double *a, const int32_t *lda, double *factors,        \
      double *work, const int32_t *lwork, int32_t *info), m, n, a, lda, factors, work, lwork, info)           \
  ROUTINE(dorgqr, (const int32_t *m, const int32_t *n, const int32_t *k, double *a, const int32_t *lda,       \
      const double *factors, double *work, const int32_t *lwork, int32_t *info), m, n, k, a, lda,             \
      factors, work, lwork, info)                                                                             \
  ROUTINE(dgesdd, (const char *job, const int32_t *m, const int32_t *n, double *a, const int32_t *lda,        \
      double *s, double *u, const int32_t *ldu, double *vt, const int32_t *ldvt, double *work, const          \
      int32_t *lwork, int32_t *whole, int32_t *info), job, m, n, a, lda, s, u, ldu, vt, ldvt, work,           \
      lwork, whole, info, 1)                                                                                  \
  ROUTINE(dsyevd, (const char *job, const char *uplo, const int32_t *n, double *a, const int32_t *lda,        \
      double *values, double *work, const int32_t *lwork, int32_t *whole, const int32_t *lwhole, int32_t      \
      *info), job, uplo, n, a, lda, values, work, lwork, whole, lwhole, info, 1, 1)                           \
  ROUTINE(dgeev, (const char *left, const char *right, const int32_t *n, double *a, const int32_t *lda,       \
      double *real, double *imaginary, double *vl, const int32_t *ldvl, double *vr, const int32_t *ldvr,      \
      double *work, const int32_t *lwork, int32_t *info), left, right, n, a, lda, real, imaginary, vl,        \
      ldvl, vr, ldvr, work, lwork, info, 1, 1)                                                                \
  ROUTINE(dgelsd, (const int32_t *m, const int32_t *n, const int32_t *columns, double *a, const int32_t       \
      *lda, double *b, const int32_t *ldb, double *s, const double *cutoff, int32_t *rank, double *work,      \
      const int32_t *lwork, int32_t *whole, int32_t *info), m, n, columns, a, lda, b, ldb, s, cutoff,         \
      rank, work, lwork, whole, info)
#define LAPACK_DECLARATION(routine, parameters, ...) bool leavable_##routine parameters;
LAPACK_ROUTINES(LAPACK_DECLARATION)
#undef LAPACK_DECLARATION
void lapack_watch(bool (*isInterrupted)(void));

// What LAPACK calls and this target defines: products of matrices,
void dgemm_(
    const char *transA, const char *transB, const int32_t *m, const int32_t *n, const int32_t *k,
    const double *alpha, const double *a, const int32_t *lda, const double *b, const int32_t *ldb,
    const double *beta, double *c, const int32_t *ldc, size_t transALength, size_t transBLength);
void dsyrk_(
    const char *uplo, const char *trans, const int32_t *n, const int32_t *k, const double *alpha, const double *a,
    const int32_t *lda, const double *beta, double *c, const int32_t *ldc, size_t uploLength, size_t transLength);
void dsyr2k_(
    const char *uplo, const char *trans, const int32_t *n, const int32_t *k, const double *alpha, const double *a,
    const int32_t *lda, const double *b, const int32_t *ldb, const double *beta, double *c, const int32_t *ldc,
    size_t uploLength, size_t transLength);

// with triangles and their inverses,
void dtrmm_(
    const char *side, const char *uplo, const char *trans, const char *diag, const int32_t *m, const int32_t *n,
    const double *alpha, const double *a, const int32_t *lda, double *b, const int32_t *ldb, size_t sideLength,
    size_t uploLength, size_t transLength, size_t diagLength);
void dtrsm_(
    const char *side, const char *uplo, const char *trans, const char *diag, const int32_t *m, const int32_t *n,
    const double *alpha, const double *a, const int32_t *lda, double *b, const int32_t *ldb, size_t sideLength,
    size_t uploLength, size_t transLength, size_t diagLength);

// and of a matrix with vectors; copies of vectors.
void dgemv_(
    const char *trans, const int32_t *m, const int32_t *n, const double *alpha, const double *a,
    const int32_t *lda, const double *x, const int32_t *stepX, const double *beta, double *y, const int32_t *stepY,
    size_t transLength);
void dger_(
    const int32_t *m, const int32_t *n, const double *alpha, const double *x, const int32_t *stepX,
    const double *y, const int32_t *stepY, double *a, const int32_t *lda);
void dsymv_(
    const char *uplo, const int32_t *n, const double *alpha, const double *a, const int32_t *lda, const double *x,
    const int32_t *stepX, const double *beta, double *y, const int32_t *stepY, size_t uploLength);
void dcopy_(const int32_t *n, const double *x, const int32_t *stepX, double *y, const int32_t *stepY);

// LAPACK asks how large its blocks should be, what numbers and letters are like, and complains of wrong arguments here.
int32_t ilaenv_(
    const int32_t *question, const char *name, const char *options, const int32_t *n1, const int32_t *n2,
    const int32_t *n3, const int32_t *n4, size_t nameLength, size_t optionsLength);
double dlamch_(const char *question, size_t length);
double dlamc3_(const double *a, const double *b);
int32_t lsame_(const char *a, const char *b, size_t lengthA, size_t lengthB);
void xerbla_(const char *name, const int32_t *argument, size_t nameLength);

#endif
