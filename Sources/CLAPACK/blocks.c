#include "blocks.h"
#include "leaving.h"

/// The stretches in which the product adds along k: panels of that many rows leave its sums as they are.
#define STRETCH VECTOR_STRETCH
#define PANEL_WIDTH 32

void scale(size_t m, size_t n, double factor, Target c) {
  if (factor == 1) return;
  if (c.row != 1) {
    size_t rows = m;
    m = n;
    n = rows;
    c = (Target){c.start, c.column, c.row};
  }
  for (size_t j = 0; j < n; j++) {
    look_up();
    for (size_t i = 0; i < m; i++) {
      double *entry = to(c, i, j).start;
      *entry = factor == 0 ? 0 : factor * *entry;
    }
  }
}

/// Multiply-adds between two looks: some milliseconds.
#define WORK_BETWEEN_LOOKS ((size_t)1 << 26)

static void part_of_product(size_t m, size_t n, size_t k, Block a, Block b, Target c, int mode) {
  look_up();
  // The transpose of all where C lies column after column; every entry is the same chain of additions.
  if (c.row == 1) {
    vector_product_f64(
        n, m, k, b.start, b.column, b.row, a.start, a.column, a.row, c.start, c.column, c.row, mode);
  } else {
    vector_product_f64(
        m, n, k, a.start, a.row, a.column, b.start, b.row, b.column, c.start, c.row, c.column, mode);
  }
}

/// In parts, of which no entry knows.
static void product(size_t m, size_t n, size_t k, Block a, Block b, Target c, int mode) {
  size_t depth = k > 0 ? k : 1;
  size_t height = lesser(m, 512), width = WORK_BETWEEN_LOOKS / (height * depth + 1) + 1;
  if (m * n * depth <= WORK_BETWEEN_LOOKS) height = m, width = n;
  for (size_t i = 0; i < m; i += height) {
    for (size_t j = 0; j < n; j += width) {
      part_of_product(lesser(height, m - i), lesser(width, n - j), k, from(a, i, 0), from(b, 0, j), to(c, i, j), mode);
    }
  }
}

void set_product(size_t m, size_t n, size_t k, Block a, Block b, Target c) {
  product(m, n, k, a, b, c, VECTOR_SET);
}

void add_product(size_t m, size_t n, size_t k, double alpha, Block a, Block b, Target c) {
  if (m == 0 || n == 0 || k == 0 || alpha == 0) return;
  if (alpha == 1 || alpha == -1) return product(m, n, k, a, b, c, alpha == 1 ? VECTOR_ADD : VECTOR_SUBTRACT);
  double panel[STRETCH * PANEL_WIDTH];
  for (size_t j = 0; j < n; j += PANEL_WIDTH) {
    size_t width = lesser(PANEL_WIDTH, n - j);
    for (size_t l = 0; l < k; l += STRETCH) {
      size_t depth = lesser(STRETCH, k - l);
      for (size_t row = 0; row < depth; row++) {
        for (size_t i = 0; i < width; i++) panel[row * PANEL_WIDTH + i] = alpha * *from(b, l + row, j + i).start;
      }
      product(m, width, depth, from(a, 0, l), (Block){panel, PANEL_WIDTH, 1}, to(c, 0, j), VECTOR_ADD);
    }
  }
}
