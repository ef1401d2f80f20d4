import XCTest

@testable import Syntax

/// The table of infix operators, and what the lexer, the parser and Tab make of its rows.
final class InfixOperatorTests: XCTestCase {
  private func expression(_ code: String) -> Syntax.Expression.Kind? {
    guard case .expression(let expression)? = statement(code) else { return nil }
    return expression.kind
  }

  private func statement(_ code: String) -> Statement.Kind? {
    Parser.parse(Source(code, name: "")).program?.statements.first?.kind
  }

  func testEverySpellingIsOneOperator() {
    let texts = Infix.spellings.map(\.text) + BinaryOperator.updateSpellings.map(\.text)
    XCTAssertEqual(Set(texts).count, texts.count)
    for (text, infix) in Infix.spellings {
      for code in ["a \(text) b", "a\(text)b"] {
        switch (infix, expression(code)) {
        case (.binary(let op), .binary(let found, _, _, _)?): XCTAssertEqual(found, op, code)
        case (.comparison(let op), .comparison(_, let links)?): XCTAssertEqual(links.map(\.op), [op], code)
        case (.shortCircuit(let isAnd), .shortCircuit(let found, _, _)?): XCTAssertEqual(found, isAnd, code)
        case (.pipe, .pipe?), (.range, .range?), (.interval, .interval?): break
        default: XCTFail(code)
        }
      }
    }
  }

  func testEveryUpdateIsItsOperator() {
    XCTAssertEqual(BinaryOperator.updates, ["+=", "-=", "*=", "/=", "^="])
    for (text, op) in BinaryOperator.updateSpellings {
      guard case .update(_, op: let found, value: _)? = statement("a \(text) b") else {
        XCTFail(text)
        continue
      }
      XCTAssertEqual(found, op, text)
    }
  }

  /// Of two operators the one that binds tighter takes the operand between them, of two alike the left one.
  func testOperatorsGroupAsTheirRowsSay() {
    let operators = BinaryOperator.allCases.filter { $0 != .coefficient }
    for first in operators {
      for second in operators {
        let code = "a \(first.rawValue) b \(second.rawValue) c"
        let (p, q) = (first.row.precedence, second.row.precedence)
        let isLeftFirst = p == q ? p != .power : p.rawValue > q.rawValue
        guard case .binary(let outer, _, _, _)? = expression(code) else {
          XCTFail(code)
          continue
        }
        XCTAssertEqual(outer, isLeftFirst ? second : first, code)
      }
    }
  }

  func testEveryNamedSymbolIsCompleted() {
    let rows =
      BinaryOperator.allCases.map { ($0.rawValue, $0.row) }
      + ComparisonOperator.allCases.map { ($0.rawValue, $0.row) }
    for (symbol, row) in rows {
      // What no keyboard has must have a name.
      XCTAssertEqual(row.latex.isEmpty, symbol.utf8.allSatisfy { $0 < 0x80 }, symbol)
      for name in row.latex.words { XCTAssertEqual(Symbols.symbol(named: name), symbol) }
    }
  }

  func testSignsOfOtherLanguagesAreReadOn() {
    for (code, write) in [
      ("a ** b", "^"), ("a // b", "÷"), ("a === b", "=="), ("a !== b", "!="), ("a .== b", "=="),
      ("a .<= b", "<="),
      ("a .!= b", "!="), ("a .\\ b", "\\"), ("a <- 1", "="), ("a := 1", "="), ("a .= 1", "="),
      ("a ~= b", "!="),
    ] {
      let diagnostics = Parser.parse(Source(code, name: "")).diagnostics
      guard diagnostics.count == 1, case .foreignOperator(_, write: let found) = diagnostics[0].kind else {
        XCTFail(code)
        continue
      }
      XCTAssertEqual(found, write, code)
    }
    // Not R's assignment.
    XCTAssertNotNil(expression("a<-b"))
    XCTAssertNotNil(expression("a < -b"))
  }
}
