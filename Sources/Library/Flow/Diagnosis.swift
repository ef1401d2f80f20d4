// What is wrong with a gradient, and where: from the measures of a trace to the words of the mathematics.

import CVector
import Figures
import Interpreter
import Numerics

/// One thing that is wrong.
struct Finding {
  enum Kind: String {
    case notFinite = "not finite"
    case cutOff = "cut off"
    case underflowed
    case dead
    case saturated
    case exploding
    case vanishing
    case illConditioned = "ill-conditioned"
  }

  var kind: Kind
  /// The name in the source.
  var name: String
  var site: Int32?
  /// The turn of a loop, counted from 1.
  var turn: Int?
  var says: String
  var remedy: String
}

/// Reads a trace. The first finding is the cause; the others may follow from it.
struct Diagnosis {
  let trace: FlowTrace

  /// A named value in the order of computation.
  private struct Stop {
    var line: FlowLine
    var turn: Int
    var step: FlowStep
    var isLoop: Bool { line.steps.count > 1 }
  }

  private let stops: [Stop]

  init(_ trace: FlowTrace) {
    self.trace = trace
    var stops = trace.lines.flatMap { line in
      line.steps.indices.map { Stop(line: line, turn: $0, step: line.steps[$0]) }
    }
    // A name comes before the function whose value it holds.
    stops.sort {
      ($0.step.made.upperBound, $0.line.isResult ? 1 : 0) < (
        $1.step.made.upperBound, $1.line.isResult ? 1 : 0
      )
    }
    self.stops = stops
  }

  var findings: [Finding] {
    let checks = [notFinite, cutOff, underflow, dead, saturated, growth, conditioning]
    return checks.compactMap { $0() }
  }

  private func finding(_ kind: Finding.Kind, _ stop: Stop, _ says: String, _ remedy: String) -> Finding {
    Finding(
      kind: kind, name: stop.line.name, site: stop.line.site, turn: stop.isLoop ? stop.turn + 1 : nil,
      says: says, remedy: remedy)
  }

  /// The named value that a node was made for.
  private func stop(making node: Int) -> Stop? {
    stops.first { $0.step.made.contains(node) } ?? stops.first { $0.step.made.upperBound > node }
  }

  // MARK: Checks

  /// Where the first NaN or Inf came up.
  func notFinite() -> Finding? {
    if let variable = trace.variables.first(where: { !$0.step.isValueFinite }) {
      return Finding(
        kind: .notFinite, name: variable.path, site: nil, says: "\(variable.path) holds NaN or Inf already",
        remedy: "look at the step before: a smaller rate, or clip(g, c)")
    }
    if let bad = trace.nonFinite.forward, let stop = stop(making: bad.node) {
      let what = stop.step.value.doubles.contains { $0.isNaN } ? "NaN" : "Inf"
      return finding(
        .notFinite, stop, "values first become \(what) here, in \(bad.operation)",
        "look at what goes into \(bad.operation): a logarithm or root of what is not positive, a division by 0, an exp that overflows"
      )
    }
    if let bad = trace.nonFinite.backward, let stop = stop(making: bad.node) {
      return finding(
        .notFinite, stop,
        "all values are finite, but the gradient becomes NaN or Inf on its way back through \(bad.operation)",
        "the slope of \(bad.operation) is infinite here: keep its argument away from that point, as in sqrt(x + ε)"
      )
    }
    return nil
  }

  private func cutOff() -> Finding? {
    let lost = trace.variables.filter { !$0.step.reachesLoss }
    guard !lost.isEmpty else { return nil }
    let names = lost.map(\.path).joined(separator: ", ")
    let isAll = lost.count == trace.variables.count
    let cut = stops.last { $0.step.node == nil || $0.step.hasCutParts }
    let gone =
      "no path leads from \(names) to \(trace.function), so \(isAll ? "the whole" : "that") gradient is 0"
    guard let cut else {
      return Finding(
        kind: .cutOff, name: lost[0].path, site: nil, says: gone,
        remedy: "\(lost[0].path) is not used in what \(trace.function) returns")
    }
    let stops = statement(cut.line.site).contains("stop(")
    return finding(
      .cutOff, cut, "\(gone); the way ends here\(stops ? ", at stop" : "")",
      stops
        ? "take stop away where the gradient is to pass"
        : "the value is a constant to what follows, or nothing follows: round, argmax, comparisons and stop end the way"
    )
  }

  private func underflow() -> Finding? {
    // Seen from the loss, the first whose adjoint was lost; what lost it is the value computed from it.
    guard let place = stops.lastIndex(where: { $0.step.underflows >= 0.05 }) else {
      guard let variable = trace.variables.first(where: { $0.step.underflows >= 0.05 }) else {
        return nil
      }
      return Finding(
        kind: .underflowed, name: variable.path, site: nil,
        says: lost(variable.path, variable.step), remedy: widening(variable.step.type))
    }
    let lost = stops[place]
    let cause = stops[(place + 1)...].first { $0.step.node != nil && $0.step.reachesLoss } ?? lost
    return finding(
      .underflowed, cause, self.lost(lost.line.name, lost.step), widening(lost.step.type))
  }

  private func lost(_ name: String, _ step: FlowStep) -> String {
    "on the way back through this, \(percent(step.underflows)) of the adjoint of \(name) is too small for \(step.type.name) and rounds to 0"
  }

  private func widening(_ type: ElementType) -> String {
    "multiply the loss by a power of 2 and divide the gradient by it (loss scaling)"
      + (type == .f64 ? "" : ", or compute in a wider type than \(type.name)")
  }

  private func dead() -> Finding? {
    guard let first = stops.first(where: { $0.step.reachesLoss && $0.step.dead >= 0.5 }) else { return nil }
    return finding(
      .dead, first, "\(percent(first.step.dead)) of its units are 0 for the whole batch and get no gradient",
      "a smaller rate or bias, He's initial weights (he), or leakyrelu in place of relu")
  }

  private func saturated() -> Finding? {
    let flat = stops.filter { $0.step.reachesLoss && ($0.step.saturated ?? 0) >= 0.5 }
    guard let worst = flat.max(by: { ($0.step.saturated ?? 0) < ($1.step.saturated ?? 0) }) else {
      return nil
    }
    return finding(
      .saturated, worst,
      "\(percent(worst.step.saturated ?? 0)) of it is where the activation is flat (slope under 5 % of its greatest)",
      "smaller initial weights (glorot), normalised inputs, or a normalisation before the activation")
  }

  /// The adjoint from the loss back to the first named value.
  private func growth() -> Finding? {
    let way = stops.filter {
      guard let size = $0.step.adjointSize else { return false }
      return size > 0 && size.isFinite && !$0.line.isResult
    }
    guard let first = way.first, let last = way.last, way.count > 1, let start = first.step.adjointSize,
      let end = last.step.adjointSize
    else { return nil }
    let total = vector_log10_f64(start / end)
    guard total >= 3 || total <= -4 else { return nil }
    let explodes = total > 0
    let gains = zip(way, way.dropFirst()).map {
      vector_log10_f64($0.step.adjointSize! / $1.step.adjointSize!)
    }
    let steepest = gains.indices.max { (explodes ? gains[$0] < gains[$1] : gains[$0] > gains[$1]) } ?? 0
    let decades =
      "\(significantText(abs(total), digits: 2)) decades from \(last.line.name) back to \(first.line.name)"
    let kind: Finding.Kind = explodes ? .exploding : .vanishing
    let culprit = way[steepest + 1]
    // A loop multiplies the same matrix again and again.
    if let loop = loop(in: way, explodes: explodes) {
      let factor = vector_pow_f64(10, loop.gain)
      return finding(
        kind, Stop(line: loop.line, turn: 0, step: loop.line.steps[0]),
        "each of its \(loop.line.steps.count) turns multiplies the gradient by about \(significantText(factor))\(recurrentWeight(explodes)): \(decades)",
        explodes
          ? "clip(g, c), an orthogonal start, or a spectral radius of 1 at most"
          : "an orthogonal start, a gated cell (lstm, gru), or a skip")
    }
    if abs(gains[steepest]) > 0.5 * abs(total) {
      return finding(
        kind, culprit,
        "the gradient is multiplied by \(significantText(vector_pow_f64(10, gains[steepest]))) on its way back through this alone: \(decades)",
        explodes
          ? "smaller weights here, a normalisation, or clip(g, c)"
          : "larger weights here, or a skip around it")
    }
    return finding(
      kind, culprit,
      "every layer \(explodes ? "enlarges" : "shrinks") the gradient a little, this one most: \(decades)",
      explodes
        ? "smaller initial weights (glorot, he), normalisation, or clip(g, c)"
        : "initial weights that keep the variance (glorot, he, orthogonal), skips, or normalisation")
  }

  /// The loop whose turns make most of the change, and its decades a turn.
  private func loop(in way: [Stop], explodes: Bool) -> (line: FlowLine, gain: Double)? {
    for line in trace.lines where line.steps.count > 2 {
      let sizes = line.steps.compactMap(\.adjointSize).filter { $0 > 0 && $0.isFinite }
      guard sizes.count > 2, let first = sizes.first, let last = sizes.last else { continue }
      let change = vector_log10_f64(first / last)
      if explodes ? change >= 2 : change <= -2 { return (line, change / Double(sizes.count - 1)) }
    }
    return nil
  }

  /// The square matrix among the variables whose size explains what a loop does.
  private func recurrentWeight(_ explodes: Bool) -> String {
    for variable in trace.variables {
      let shape = variable.step.value.shape
      guard shape.rank == 2, shape[0] == shape[1],
        let norm = Matrices.singularValues(variable.step.value)?.first
      else { continue }
      if explodes == (norm > 1) {
        return " (the largest singular value of \(variable.path) is \(significantText(norm)))"
      }
    }
    return ""
  }

  private func conditioning() -> Finding? {
    for variable in trace.variables {
      guard variable.step.value.shape.rank == 2, let values = Matrices.singularValues(variable.step.value),
        let greatest = values.first, let least = values.last, values.count > 1, greatest > 0
      else { continue }
      let condition = least > 0 ? greatest / least : .infinity
      if condition > 1e6 {
        return Finding(
          kind: .illConditioned, name: variable.path, site: nil,
          says:
            "its condition number is \(significantText(condition)): one direction passes, another is lost",
          remedy: "an orthogonal start (orthogonal), or a penalty on ‖WᵀW − I‖²")
      }
    }
    return nil
  }

  // MARK: Words

  private func percent(_ share: Double) -> String { "\(significantText((share * 100).rounded())) %" }

  private func statement(_ site: Int32) -> String {
    guard let site = Machine.sites[site], let compiled = Machine.sites.source(of: site) else { return "" }
    return compiled.source.lineText(compiled.source.line(of: site.span.start))
  }

  /// The record that `diagnose` gives, which prints as its text.
  var record: Value {
    let findings = findings
    let records = findings.map { finding in
      Value.record(
        Record(
          names: ["kind", "where", "line", "turn", "says", "advice"],
          items: [
            .text(finding.kind.rawValue), .text(finding.name),
            line(finding.site).map { .number(Double($0)) } ?? .nothing,
            finding.turn.map { .number(Double($0)) } ?? .nothing, .text(finding.says), .text(finding.remedy),
          ]))
    }
    let first = findings.first
    return .record(
      Record(
        names: ["kind", "where", "line", "findings", "text"],
        items: [
          .text(first?.kind.rawValue ?? "healthy"), .text(first?.name ?? ""),
          first.flatMap { line($0.site) }.map { .number(Double($0)) } ?? .nothing, .items(records),
          .text(text(findings)),
        ], tag: .diagnosis))
  }

  private func line(_ site: Int32?) -> Int? {
    guard let site, let place = Machine.sites[site], let compiled = Machine.sites.source(of: place) else {
      return nil
    }
    return compiled.source.line(of: place.span.start)
  }

  private func text(_ findings: [Finding]) -> String {
    guard !findings.isEmpty else {
      let sizes = stops.compactMap(\.step.adjointSize).filter { $0 > 0 }
      let range =
        sizes.isEmpty
        ? "" : "; adjoints from \(significantText(sizes.min()!)) to \(significantText(sizes.max()!))"
      return
        "the gradient of \(trace.function) is healthy: it reaches \(trace.variables.count == 1 ? "its variable" : "all \(trace.variables.count) variables")\(range)"
    }
    var lines: [String] = []
    for (index, finding) in findings.enumerated() {
      let turn = finding.turn.map { " in turn \($0)" } ?? ""
      let place = line(finding.site).map { " (line \($0)\(turn))" } ?? ""
      lines.append("\(index == 0 ? "" : "also ")\(finding.kind.rawValue): \(finding.name)\(place)")
      if let site = finding.site, index == 0 {
        lines.append("  \(line(site).map(String.init) ?? "") │ \(statement(site))")
      }
      lines.append("  \(finding.says)")
      lines.append("  try: \(finding.remedy)")
    }
    return lines.joined(separator: "\n")
  }
}

/// What the diagnosis asks of matrices.
private enum Matrices {
  /// Descending; nil where they cannot be computed.
  static func singularValues(_ matrix: Tensor) -> [Double]? {
    matrix.isFinite ? (try? Operations.singularValues(matrix))?.doubles : nil
  }
}

extension RecordTag {
  /// What `diagnose` answers.
  static let diagnosis = RecordTag("Diagnosis", showsText: true)
}
