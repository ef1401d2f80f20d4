import Figures
import Foundation
import Support
import XCTest

@testable import Interpreter
@testable import Library

/// Whatever values a program puts together, it has a value or an error of `language.md` §11: the process goes on.
final class ExtremeValueTests: XCTestCase {
  private func trial(_ body: @escaping (Trial) -> Void) throws -> Int {
    nonisolated(unsafe) let trial = try Trial()
    nonisolated(unsafe) let body = body
    onEvaluationThread { body(trial) }
    trial.end()
    for fault in trial.faults.prefix(20) { XCTFail(fault) }
    return trial.count
  }

  /// The examples of every page of the reference, each with every extreme value in each place in turn.
  func testArgumentsOfEveryFunction() throws {
    let entries = Reference.groups.flatMap(\.entries)
    let count = try trial { trial in
      for entry in entries {
        let functions = entry.usage.isEmpty ? [] : entry.names
        for example in entry.examples {
          trial.startAnew()
          for code in Substitution.programs(
            of: example.code, functions: functions, values: ExtremeValues.all)
          {
            trial.run(code)
          }
        }
      }
    }
    XCTAssertGreaterThan(count, 10_000)
  }

  /// Every function, those that only the library calls too, with nothing but one extreme value for arguments.
  func testEveryFunctionOfOneValue() throws {
    let names = Library.whole.globals.known.sorted()
    let count = try trial { trial in
      for name in names {
        guard let function = Library.existing(name, in: Library.whole.globals) else { continue }
        trial.startAnew()
        let count = function.positionalCount ?? 3
        for value in ExtremeValues.all {
          for given in Set([1, 2, count]).sorted() where given <= max(count, 1) {
            trial.run("\(name)(" + [String](repeating: value, count: given).joined(separator: ", ") + ")")
          }
        }
      }
    }
    XCTAssertGreaterThan(count, 10_000)
  }

  /// Every option of every mark. Those that all marks take are read in one place.
  func testOptionsOfEveryMark() throws {
    let entries = Reference.groups.flatMap(\.entries)
    let count = try trial { trial in
      for (place, row) in Marks.all.enumerated() {
        guard let entry = entries.first(where: { $0.names == [row.name] }), let example = entry.examples.first
        else { continue }
        trial.startAnew()
        for option in row.options
        where place == 0 || !Marks.all[0].options.contains(where: { $0.name == option.name }) {
          for value in ExtremeValues.all {
            trial.run(Self.adding(option.name, value, to: example.code))
          }
        }
      }
    }
    XCTAssertGreaterThan(count, 2000)
  }

  /// The last call of an example with an option more.
  private static func adding(_ option: String, _ value: String, to code: String) -> String {
    guard code.last == ")" else { return code }
    let separator = code.split(separator: "\n").last?.contains(";") == true ? "," : ";"
    return "\(code.dropLast())\(separator) \(option) = \(value))"
  }

  /// What is drawn and where: both reach to the ends of the numbers, or lie between two of them.
  func testDataAndLimitsOfEveryMark() throws {
    XCTAssertEqual(
      Set(Marks.all.map(\.name)).subtracting(FigureTable.marks.map { String($0.prefix { $0 != "(" }) }), [])
    _ = try trial { trial in
      for data in FigureTable.data {
        for limits in FigureTable.limits {
          for mark in FigureTable.marks {
            trial.run("d = \(data)\n\(mark.replacing("k)", with: "\(limits))"))")
          }
        }
      }
    }
  }

  /// What the tables above do not reach: values in two places, and what is begun by one call and used by the next.
  func testSequencesOfCalls() throws {
    let programs: [(code: String, kind: String?)] = [
      ("for i in progress(progress(1:3)); i; end", nil),
      ("b = progress_bar(3); b(10, \"more than all\")", nil),
      ("b = progress_bar(2^62); b(1, \"\"); b(2, \"\")", nil), ("b = progress_bar(0); b(0, \"\")", nil),
      ("save(\"a.idx\", zeros(ones(256)...))", "FileError"), ("save(\"a.png\", zeros(0, 0))", "TypeError"),
      ("hist([1e308, -1e308, 0])", nil), ("hist([1e308, -1e308, 0]; bins = 5)", nil),
      ("heatmap([1 2; 3 4]; xlimits = 1e300..1e301)", nil),
      ("contour((x, y) -> x² + 1e-320 * y², -2..2, -2..2)", nil),
      ("x = (rand(13000) - 0.5) * 1e300; plot(x, x; xlimits = 0..1)", nil),
      ("x = (rand(13000) - 0.5) * 1e308; scatter(x, x; xlimits = 0..1e300)", nil),
      ("track((rand(5, 4) - 0.5) * 1e308)", nil), ("track((rand(5, 4) - 0.5) * 1e-310)", nil),
      ("descent(x -> sum(x ⊙ x), descend(x -> sum(x ⊙ x), [1e300, -1e300, 1e300]; steps = 5))", nil),
      ("gradflow(x -> x * 1e300 * 1e300 * 0, 1.0; view = \"graph\")", nil),
      ("zeros((), 3)", "ValueError"), ("linspace(zeros(0), 1, 5)", "ValueError"),
      ("expand([1, 2], zeros(0))", "ValueError"), ("pad([1, 2], 1; value = zeros(0))", "ValueError"),
      ("pad([1, 2], 2^62)", "LimitError"), ("conv2d([1 2; 3 4], [1 0; 0 -1]; pad = 2^62)", "LimitError"),
      ("conv1d([1, 2, 4], [-1, 1]; pad = 2^62)", "LimitError"),
      ("plot(zeros(0, 1e12))", "ValueError"), ("track(zeros(1e12, 0))", "ValueError"),
      ("saliency(x -> [sum(x), 1], rand(3, 3); class = [1, 2])", "ValueError"),
      ("on_one_scale(zeros(0), x -> plot([x]))", "TypeError"), ("roll([1, 2], -(2^62))", nil),
      ("reshape(zeros(0), 2^39, 2^39, 0)", "LimitError"), ("eigenvalues(zeros(0, 0))", nil),
    ]
    _ = try trial { trial in
      for (code, kind) in programs {
        var found: String?
        if case .failed(let failure) = trial.run(code, toItsEnd: true) { found = failure.kind }
        XCTAssertEqual(found, kind, code)
      }
    }
  }

  /// What the library makes records for, with each field replaced or left out, and whatever such a record is used for.
  func testFieldsOfEveryRecord() throws {
    let records = [
      "descend(x -> x², 1.0; steps = 3)",
      "flow(x -> sum(x ⊙ x), [1.0, 2.0])",
      "diagnose(x -> sum(x ⊙ x), [1.0, 2.0])",
      "check_gradient(x -> sum(x ⊙ x), [1.0, 2.0])",
      "show_tape(x -> sum(x ⊙ x), [1.0, 2.0])",
      "display(1)", "progress(1:3)", "momentum(rate = 0.1)",
      "eigenvalues([1 2; 3 4])", "train((θ; X) -> sum((θ - X)²), 1.0; data = (X = [1, 2]), epochs = 1)[2]",
    ]
    let uses = [
      "r", "save(\"r.svg\", r)", "save(\"r.json\", r)", "for x in r; x; end", "println(r)", "[r r]",
      "update(r, 1)", "descent(x -> x², r)", "track(r)",
      "spectrum(r)",
      "descend(x -> x², r; steps = 2)", "descend(x -> x², 1.0; method = r, steps = 2)", "flow(x -> x², r)",
      "kept(r, \"Path\", show_path, nothing)", "grid(r)",
    ]
    let count = try trial { trial in
      for record in records {
        trial.startAnew()
        guard trial.prepare("whole = \(record)"),
          case .record(let value)? = trial.value(of: "whole")
        else {
          XCTFail("\(record) makes no record")
          continue
        }
        for name in value.names {
          let others = value.names.filter { $0 != name }.map { "\($0) = whole.\($0)" }
          let without = others.isEmpty ? "(;)" : "(" + others.joined(separator: ", ") + ")"
          // Figures are drawn of what is taken for a path.
          for change in ["r = \(without)"] + ExtremeValues.all.map({ "r = whole; r.\(name) = \($0)" }) {
            for use in uses { trial.run("\(change)\n\(use)") }
            if value.tag == .path {
              trial.run("\(change)\nr = kept(r, \"Path\", show_path, nothing)\nsave(\"r.svg\", r)\nr")
            }
          }
        }
      }
    }
    XCTAssertGreaterThan(count, 10_000)
  }
}
