import Foundation
import Interpreter
import JSON
import Library
import Notebook
import Support

/// Notebooks of a few cells, damaged; they are run, written as a page, and what was written is checked.
struct Notebooks: Fuzzer {
  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    let cells = dice.several(0...4) { cell($0.next() as UInt64 % 3 == 0, &$0) }
    var notebook: JSONValue = [
      "cells": .array(cells), "metadata": metadata(&dice), "nbformat": 4,
      "nbformat_minor": dice.pick([5, 4, 2, 0]),
    ]
    if dice.once(in: 3) { notebook = Mutation.json(notebook, &dice) }
    let bytes = notebook.bytes(.notebook)
    return dice.once(in: 8) ? Mutation.bytes(bytes, &dice) : bytes
  }

  private func metadata(_ dice: inout Dice) -> JSONValue {
    dice.pick([
      [:], ["kernelspec": ["language": "nabla", "name": "nabla", "display_name": "Nabla"]],
      ["language_info": ["name": "nabla", "version": "0.1.0"], "nabla": ["version": "0.1.0"]],
      ["kernelspec": ["language": "python"]],
    ])
  }

  private func lines(_ text: String, _ dice: inout Dice) -> JSONValue {
    guard dice.once(in: 2) else { return .string(text) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return .array(lines.enumerated().map { .string($1 + ($0 < lines.count - 1 ? "\n" : "")) })
  }

  private func cell(_ isText: Bool, _ dice: inout Dice) -> JSONValue {
    if isText {
      var text = dice.once(in: 2) ? dice.pick(Corpus.texts) : MarkupTexts().text(0, &dice)
      if dice.once(in: 2) { text += "\n![p](attachment:p.png) ![q](p.png) ![r](../r.png)" }
      return [
        "cell_type": "markdown", "id": .string("m\(dice.below(5))"), "metadata": [:],
        "source": lines(text, &dice),
        "attachments": ["p.png": ["image/png": "iVBORw0KGgo="]],
      ]
    }
    var code = dice.pick(dice.once(in: 3) ? Corpus.cells : Corpus.contract)
    if dice.once(in: 2) { code = Mutation.program(code, others: Corpus.contract, &dice) }
    let tags = dice.several(0...2) { dice -> JSONValue in
      dice.pick(["raises-exception", "raises-exception", "skip-execution", "parameters", "solution", "x"])
    }
    return [
      "cell_type": dice.once(in: 12) ? "raw" : "code", "execution_count": .null,
      "id": .string("c\(dice.below(9))"),
      "metadata": ["tags": .array(tags), "jupyter": ["source_hidden": .bool(dice.once(in: 4))]],
      "outputs": .array(dice.several(0...2) { output(&$0) }), "source": lines(code, &dice),
    ]
  }

  private func output(_ dice: inout Dice) -> JSONValue {
    let text = dice.pick(["1\n", "\u{1B}[31ma", "\r|", "<b>", ""])
    return dice.pick([
      ["output_type": "stream", "name": "stdout", "text": .string(text)],
      ["output_type": "stream", "name": "stderr", "text": [.string(text)]],
      ["output_type": "error", "ename": "E", "evalue": .string(text), "traceback": [.string(text)]],
      [
        "output_type": "display_data", "metadata": [:],
        "data": [
          "text/plain": .string(text), "text/html": "<script>1</script><b", "application/json": [1, nil],
        ],
      ],
      [
        "output_type": "execute_result", "execution_count": 1, "metadata": [:],
        "data": ["image/png": "AAAA\n"],
      ],
      ["output_type": "x"], .null,
    ])
  }

  // MARK: Trying

  /// What stands in the cells.
  private static func sources(_ notebook: [UInt8]) -> String {
    let cells = (try? JSONValue(parsing: notebook))?["cells"]?.array ?? []
    return cells.map { cell in
      cell["source"]?.string ?? (cell["source"]?.array ?? []).compactMap(\.string).joined()
    }.joined(separator: "\n")
  }

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    trial.tidy()
    let path = trial.folder + "/a.ipynb"
    let executed = trial.folder + "/b.ipynb"
    let page = trial.folder + "/a.html"
    try? Data(input).write(to: URL(fileURLWithPath: path))
    var runner = Runner(library: { Library.whole })
    var limits = Limits()
    (limits.memory, limits.output, limits.time) = (Trial.memory, 100_000, Trial.time / 5)
    (runner.limits, runner.destination, runner.page) = (limits, .file(executed), page)

    var failure: Failure?
    do throws(Runner.Trouble) {
      try trial.step { () throws(Runner.Trouble) in try runner.runNotebook(path) }
    } catch {
      switch error {
      case .file(let reason): return reason.isEmpty ? [Fault("trouble without words")] : []
      case .problem(let problem): failure = problem.failure
      }
    }
    let text = Notebooks.sources(input)
    var faults = failure.map { MessageCheck.faults(of: $0, in: text) } ?? []
    if let markup = try? String(contentsOfFile: page, encoding: .utf8) {
      faults += MarkupCheck().faults(of: markup, "page")
    } else {
      faults.append(Fault("no page was written"))
    }
    guard failure == nil, !text.contains("@time"), !text.contains("progress") else { return faults }
    // How far a cell comes within its time is no matter of the notebook.
    let written = (try? String(contentsOfFile: executed, encoding: .utf8)) ?? ""
    guard !written.contains(ErrorKind.limit.rawValue) else { return faults }
    runner.page = nil
    // A cell that came to its end is not stopped the second time.
    runner.limits.time = 20 * Trial.time
    trial.board.outcomes.finished += 1
    // What it wrote agrees with what it would write.
    do throws(Runner.Trouble) {
      let mismatches = try trial.step { () throws(Runner.Trouble) in try runner.checkNotebook(executed) }
      if let first = mismatches.first {
        faults.append(Fault("differs when checked: \(first.what)", "\(first.kept)\n\(first.now)"))
      }
    } catch {
      if case .file(let reason) = error { faults.append(Fault("cannot be checked", reason)) }
    }
    return faults
  }
}
