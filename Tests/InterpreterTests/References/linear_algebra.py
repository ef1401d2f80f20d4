"""Linear algebra: products, systems, factorisations."""

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
import scipy.linalg
from jax import lax

from tools import case, check, draw, literal
def signed(vectors, *others):
    """The sign convention of Nabla: the entry of greatest magnitude in each column is positive."""
    place = jnp.argmax(jnp.abs(vectors), axis=0)
    sign = jnp.sign(jnp.take_along_axis(vectors, place[None, :], 0))[0]
    return tuple(x * sign for x in (vectors,) + others)


def svd(a):
    u, s, vt = jnp.linalg.svd(a, full_matrices=False)
    u, v = signed(u, vt.T)
    return u, s, v


def qr(a):
    # The first columns decide; for a wide matrix the rest of R follows from Q.
    k = min(a.shape)
    q, r = jnp.linalg.qr(a[:, :k])
    sign = jnp.sign(jnp.diagonal(r))
    q = q * sign
    return q, q.T @ a


def eigh(a):
    l, v = jnp.linalg.eigh((a + a.T) / 2)
    return (l,) + signed(v)


def spectrum(a):
    return lax.linalg.eig(a, compute_left_eigenvectors=False, enable_eigvec_derivs=True)[0]


def eigenvalues(a):
    l = spectrum(a)
    order = jnp.lexsort((jnp.round(jnp.imag(l), 9), jnp.round(jnp.real(l), 9)))
    return jnp.real(l)[order], jnp.imag(l)[order]


M = draw(3, 3) + 2 * np.eye(3)
P = np.round(M @ M.T + np.eye(3), 3)
TALL, WIDE = draw(4, 2), draw(2, 4)
BATCH = draw(2, 3, 3) + 3 * np.eye(3)
DEFINITE = np.round(np.einsum("bij,bkj->bik", BATCH, BATCH), 3)
b3, B3 = draw(3), draw(3, 2)

check("product of matrices", "A * B", lambda A, B: A @ B, A=draw(2, 3), B=draw(3, 4))
check("matrix times vector", "A * b", lambda A, b: A @ b, A=draw(2, 3), b=b3)
check("batched product", "A * B", lambda A, B: A @ B, A=draw(2, 2, 3), B=draw(2, 3, 2))
check("outer product", "a ⊗ b", lambda a, b: jnp.outer(a, b), a=draw(3), b=draw(2))
check("inner product", "a ⋅ b", lambda a, b: jnp.vdot(a, b), a=draw(2, 3), b=draw(2, 3))
check("inv", "inv(A)", jnp.linalg.inv, A=M, hessian=True)
check("inv of a batch", "inv(A)", jnp.linalg.inv, A=BATCH)
check("det", "det(A)", jnp.linalg.det, A=M, hessian=True)
check("det of a batch", "det(A)", jnp.linalg.det, A=BATCH)
check("det of a singular matrix", "det(A)",
      lambda A: sum(A[0, i] * (A[1, (i + 1) % 3] * A[2, (i + 2) % 3] - A[1, (i + 2) % 3] * A[2, (i + 1) % 3])
                    for i in range(3)), A=np.array([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]]), hessian=True)
check("logdet", "logdet(A)", lambda A: jnp.linalg.slogdet(A)[1], A=M, hessian=True)
check("logdet of a batch", "logdet(A)", lambda A: jnp.linalg.slogdet(A)[1], A=BATCH)
check("trace", "trace(A * A)", lambda A: jnp.trace(A @ A), A=M)
check("trace of a batch", "trace(A * A)", lambda A: jnp.trace(A @ A, axis1=1, axis2=2), A=BATCH)
check("cholesky", "cholesky(A)", lambda A: jnp.linalg.cholesky((A + A.T) / 2), A=P, hessian=True)
check("cholesky of a batch", "cholesky(A)", lambda A: jnp.linalg.cholesky((A + A.mT) / 2), A=DEFINITE)
check("solve for a vector", "A \\ b", jnp.linalg.solve, A=M, b=b3, hessian=True)
check("solve for a matrix", "A \\ B", jnp.linalg.solve, A=M, B=B3)
check("solve a definite system", "A \\ b", jnp.linalg.solve, A=P, b=b3)
check("solve a batch", "A \\ B", jnp.linalg.solve, A=BATCH, B=draw(2, 3, 2))
check("solve a batch for one vector", "A \\ b", lambda A, b: jnp.linalg.solve(A, jnp.stack([b, b])[..., None])[..., 0],
      A=BATCH, b=b3)
check("least squares, tall", "lstsq(A, b)", lambda A, b: jnp.linalg.pinv(A) @ b, A=TALL, b=draw(4), hessian=True)
check("least squares, wide", "A \\ b", lambda A, b: jnp.linalg.pinv(A) @ b, A=WIDE, b=draw(2), hessian=True)
check("least squares, two right sides", "lstsq(A, B)", lambda A, B: jnp.linalg.pinv(A) @ B, A=TALL, B=draw(4, 2))
case("least squares, rank deficient", "answer = lstsq([1 2; 2 4; 3 6], [1, 0, 2])",
     scipy.linalg.lstsq(np.array([[1.0, 2], [2, 4], [3, 6]]), np.array([1.0, 0, 2]))[0])
check("pinv, tall", "pinv(A)", jnp.linalg.pinv, A=TALL, hessian=True)
check("pinv, wide", "pinv(A)", jnp.linalg.pinv, A=WIDE)
case("pinv, rank deficient", "answer = pinv([1 2; 2 4; 3 6])", scipy.linalg.pinv(np.array([[1.0, 2], [2, 4], [3, 6]])))
check("qr, tall", "qr(A)", qr, A=TALL, hessian=True)
check("qr, square", "qr(A)", qr, A=M)
check("qr, wide", "qr(A)", qr, A=WIDE)
check("svd, tall", "svd(A)", svd, A=TALL, hessian=True)
check("svd, square", "svd(A)", svd, A=M, hessian=True)
check("svd, wide", "svd(A)", svd, A=WIDE, hessian=True)
check("singular values", "singular_values(A)", lambda A: jnp.linalg.svd(A, compute_uv=False), A=TALL, hessian=True)
check("singular values of a batch", "singular_values(A)", lambda A: jnp.linalg.svd(A, compute_uv=False), A=BATCH)
check("eigh", "eigh(A)", eigh, A=P, hessian=True)
check("eigh of a batch, values", "eigh(A)[1]", lambda A: jnp.linalg.eigvalsh((A + A.mT) / 2), A=DEFINITE)
check("eigenvalues, complex", "eigenvalues(A)", eigenvalues, A=np.array([[0.5, -2, 0.3], [1.4, 0.2, 1], [0, 0.7, -1]]),
      hessian=True)
check("eigenvalues, real", "eigenvalues(A)", eigenvalues, A=P + np.array([[0, 0.3, 0], [0, 0, 0], [0.1, 0, 0]]))
check("spectral radius", "spectral_radius(A)", lambda A: jnp.max(jnp.abs(spectrum(A))),
      A=np.array([[0.5, -2, 0.3], [1.4, 0.2, 1], [0, 0.7, -1]]))
check("cond", "cond(A)", jnp.linalg.cond, A=M, hessian=True)
check("cond of a tall matrix", "cond(A)", jnp.linalg.cond, A=TALL)
check("expm", "expm(A)", jsl.expm, A=M)
case("expm of a large matrix", f"answer = expm({literal(5 * M)})", scipy.linalg.expm(5 * M))
check("kron", "kron(A, B)", jnp.kron, A=draw(2, 2), B=draw(2, 3))
check("polyfit", "polyfit(x, y, 2)", lambda x, y: jnp.linalg.pinv(jnp.vander(x, 3)) @ y,
      x=np.array([-1.5, -0.4, 0.3, 1.1, 1.9]), y=draw(5))
case("polyfit by NumPy", "answer = polyfit([-1.5, -0.4, 0.3, 1.1, 1.9], [1, 2, 0.5, -1, 3], 3)",
     np.polyfit([-1.5, -0.4, 0.3, 1.1, 1.9], [1, 2, 0.5, -1, 3], 3))
check("norm of a matrix", "norm(A)", jnp.linalg.norm, A=M, hessian=True)
check("Gaussian log density", "0.5 * (b ⋅ (A \\ b)) + 0.5 * logdet(A)",
      lambda b, A: 0.5 * b @ jnp.linalg.solve(A, b) + 0.5 * jnp.linalg.slogdet(A)[1], b=b3, A=P, hessian=True)
for spec, shapes in [("ij,jk->ik", ((2, 3), (3, 2))), ("bij,bjk->bik", ((2, 2, 3), (2, 3, 2))), ("ij,ij->", ((2, 3), (2, 3))),
                     ("ii->i", ((3, 3),)), ("ijk->kji", ((2, 3, 2),)), ("i,j,k->ijk", ((2,), (3,), (2,))),
                     ("bhqd,bhkd->bhqk", ((1, 2, 2, 3), (1, 2, 3, 3)))]:
    letters = ["a", "b", "c"][: len(shapes)]
    check(f"einsum {spec}", f'einsum("{spec}", {", ".join(letters)})',
          lambda *x, spec=spec: jnp.einsum(spec, *x), **{n: draw(*s) for n, s in zip(letters, shapes)})
