/// Values at the ends of what a program can make, as it would write them.
package enum ExtremeValues {
  package static let numbers = [
    "NaN", "Inf", "0", "(-1)", "0.5", "1e300", "(-1e300)", "1e-320", "(2^32)", "(2^62)", "(2^63)", "true",
    "f16(1)",
  ]

  package static let tensors = [
    "zeros(0)", "zeros(0, 3)", "zeros(3, 0)", "zeros(2, 0, 2)", "[0.5]", "[NaN, Inf]", "[1e300, -1e300]",
    "[2^62, 2^63]", "[1 2; 3 4]", "zeros(ones(300)...)", "[true, false]", "f32([1, 2, 3])",
  ]

  package static let texts = ["\"\"", "\"é∇😀\\n\""]

  package static let trees = ["()", "(;)", "(\"a\", 2)", "((1, 2), (a = [1]))"]

  /// Some are of one kind at one call and of another at the next.
  package static let functions = [
    "sin", "(() -> 1)", "(x -> NaN)", "(x -> ())", "((x, y) -> x)", "(x -> rand() < 0.5 ? x : \"a\")",
    "(x -> rand() < 0.5 ? x : [x, 1e300])",
  ]

  package static let others = [
    "nothing", "(1..1)", "(-Inf..Inf)", "(NaN..NaN)", "(-1e308..1e308)", "plot([1, 2])", "progress(1:3)",
  ]

  package static let all = numbers + tensors + texts + trees + functions + others
}
