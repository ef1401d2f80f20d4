// What CI systems read: a suite for each file, a case for each cell.

import Glibc
import Markup

/// How one cell went.
public struct CellResult: Equatable, Sendable {
  /// "cell [3]"; the file's name for one without cells.
  public var name: String
  public var seconds: Double
  public var failure: RunFailure?

  public init(name: String, seconds: Double, failure: RunFailure?) {
    self.name = name
    self.seconds = seconds
    self.failure = failure
  }
}

/// The XML that JUnit made usual.
public enum JUnitReport {
  /// A suite for one file.
  public static func suite(_ file: String, _ results: [CellResult]) -> String {
    let failures = results.count { $0.failure != nil }
    let total = results.reduce(0) { $0 + $1.seconds }
    var lines = [
      "  <testsuite name=\"\(escaped(file))\" tests=\"\(results.count)\" failures=\"\(failures)\" time=\"\(seconds(total))\">"
    ]
    for result in results {
      let head =
        "    <testcase classname=\"\(escaped(file))\" name=\"\(escaped(result.name))\" time=\"\(seconds(result.seconds))\""
      guard let problem = result.failure else {
        lines.append(head + "/>")
        continue
      }
      let report = problem.failure.report.joined(separator: "\n")
      lines.append(head + ">")
      lines.append(
        "      <failure type=\"\(escaped(problem.failure.kind))\" message=\"\(escaped(problem.failure.message))\">\(escaped(report))</failure>"
      )
      lines.append("    </testcase>")
    }
    lines.append("  </testsuite>")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The file of several suites.
  public static func document(_ suites: [String]) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\(suites.joined())</testsuites>\n"
  }

  private static func seconds(_ value: Double) -> String {
    let milliseconds = Int(clamping: (value * 1000).rounded())
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
