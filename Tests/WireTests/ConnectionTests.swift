import XCTest

@testable import Wire

final class ConnectionTests: XCTestCase {
  private let ports = "\"shell_port\":1,\"iopub_port\":2,\"stdin_port\":3,\"control_port\":4,\"hb_port\":5"

  private func parse(_ members: String) throws -> Connection {
    try Connection(parsing: Array("{\(ports)\(members.isEmpty ? "" : ",")\(members)}".utf8))
  }

  func testReadsWhatJupyterWrites() throws {
    let connection = try parse(
      """
      "transport":"tcp","ip":"127.0.0.1","key":"a-b","signature_scheme":"hmac-sha256","kernel_name":"nabla",
      "jupyter_session":"x.ipynb","something_new":[1]
      """)
    XCTAssertEqual(
      connection,
      Connection(
        transport: .tcp, ip: "127.0.0.1",
        ports: [.shell: 1, .iopub: 2, .stdin: 3, .control: 4, .heartbeat: 5], key: Array("a-b".utf8)))
    XCTAssertEqual(connection.endpoint(.iopub), "tcp://127.0.0.1:2")
    XCTAssertEqual(connection.paths, [])
    XCTAssertTrue(connection.isLocal)
  }

  func testFillsInWhatIsMissing() throws {
    let connection = try parse("")
    XCTAssertEqual(connection.transport, .tcp)
    XCTAssertEqual(connection.ip, "127.0.0.1")
    XCTAssertEqual(connection.key, [])
  }

  func testAddresses() throws {
    XCTAssertEqual(
      try parse("\"transport\":\"ipc\",\"ip\":\"/run/k\"").endpoint(.heartbeat), "ipc:///run/k-5")
    XCTAssertEqual(
      try parse("\"transport\":\"ipc\",\"ip\":\"k\"").paths.sorted(), ["k-1", "k-2", "k-3", "k-4", "k-5"])
    XCTAssertEqual(try parse("\"ip\":\"::1\"").endpoint(.shell), "tcp://[::1]:1")
    XCTAssertFalse(try parse("\"ip\":\"0.0.0.0\"").isLocal)
    XCTAssertFalse(try parse("\"ip\":\"*\"").isLocal)
  }

  func testRefusesWhatNobodyCouldTalkTo() {
    let wrong: [(String, String)] = [
      ("\"signature_scheme\":\"hmac-md5\"", "signature_scheme 'hmac-md5'"),
      ("\"transport\":\"udp\"", "transport 'udp'"),
      ("\"ip\":7", "'ip'"),
      ("\"curve_publickey\":\"\(String(repeating: "k", count: 40))\"", "stand together"),
      ("\"shell_port\":70000", "'shell_port'"),
    ]
    for (members, expected) in wrong {
      XCTAssertThrowsError(try parse(members)) {
        XCTAssertTrue("\($0)".contains(expected), "\($0)")
      }
    }
    for port in [
      "65536", "-1", "1.5", "1e300", "1e400", "9223372036854775808", "-9223372036854775808", "null", "true",
    ] {
      XCTAssertThrowsError(try parse("\"shell_port\":\(port)"), port)
    }
    for text in ["", "[]", "{\"shell_port\":1", "{\"shell_port\":1}"] {
      XCTAssertThrowsError(try Connection(parsing: Array(text.utf8)))
    }
  }
}
