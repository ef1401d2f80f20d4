import Interpreter
import Numerics

extension LibraryBuilder {
  /// What the saliency methods of the prelude need of the tape.
  func addSaliency() {
    add2(
      "guided_gradient(f, x)",
      """
      The gradient of the number `f(x)` by guided backpropagation: on the way back through each `relu` only what is
      positive passes. It shows what a network could see rather than what it used: `sanity` tells.

      > guided_gradient(x -> sum(-1 * relu(x)), [1, 2])
      2 f64
       0  0

      See also: saliency_map, sanity, relu
      """
    ) { f, x in
      let f = try f.asFunction("guided_gradient")
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let traced = try x.traced(on: tape, parameter: 0, of: f)
      let y = try Differentiation.number(f, try f.call(traced))
      tape.isGuided = true
      try tape.pullback(of: y, cotangent: Tensor(1, type: y.type))
      return try traced.cotangents(on: tape, from: y)
    }
    add2(
      "feature_maps(f, x)",
      """
      The last feature maps (batch × channels × height × width) on the way to the number `f(x)`, and their adjoint: a
      tuple of two tensors.

      > f(x) = sum(relu(conv2d(x, ones(2, 1, 3, 3))))
      > shape(feature_maps(f, ones(5, 5))[1])
      (1, 2, 3, 3)

      See also: saliency_map, conv2d
      """
    ) { f, x in
      let f = try f.asFunction("feature_maps")
      let tape = try Tape.open(.reverse)
      defer { tape.close() }
      let traced = try x.traced(on: tape, parameter: 0, of: f)
      let y = try Differentiation.number(f, try f.call(traced))
      guard let node = tape.lastFeatureMaps(before: y) else {
        throw Problem.badValue(
          function: "feature_maps",
          reason: "\(Differentiation.headName(f)) computes no feature maps"
            + " (batch × channels × height × width), as conv2d makes them")
      }
      tape.keepsAdjoints = true
      try tape.pullback(of: y, cotangent: Tensor(1, type: y.type))
      let entry = tape.entry(node)
      let adjoint = try entry.adjoint ?? Tensor.zeros(entry.value.shape, entry.value.type)
      return .items([.tensor(entry.value), .tensor(adjoint)])
    }
  }
}
