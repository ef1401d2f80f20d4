// The plain definition of the product.

#include "CVector.h"

#include <math.h>

void vector_product_f64(
    size_t m, size_t n, size_t k, const double *a, ptrdiff_t rowA, ptrdiff_t columnA, const double *b,
    ptrdiff_t rowB, ptrdiff_t columnB, double *c, ptrdiff_t rowC, ptrdiff_t columnC, int mode) {
  for (size_t i = 0; i < m; i++) {
    for (size_t j = 0; j < n; j++) {
      double *target = c + (ptrdiff_t)i * rowC + (ptrdiff_t)j * columnC;
      double total = mode == VECTOR_SET ? 0 : *target;
      for (size_t start = 0; start < k; start += 256) {
        size_t end = k - start < 256 ? k : start + 256;
        double sum = 0;
        for (size_t l = start; l < end; l++) {
          sum = fma(
              a[(ptrdiff_t)i * rowA + (ptrdiff_t)l * columnA], b[(ptrdiff_t)l * rowB + (ptrdiff_t)j * columnB], sum);
        }
        total = mode == VECTOR_SUBTRACT ? total - sum : total + sum;
      }
      *target = total;
    }
  }
}
