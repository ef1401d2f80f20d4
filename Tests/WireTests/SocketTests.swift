import CZeroMQ
import XCTest

@testable import Wire

final class SocketTests: XCTestCase {
  private func connection(in folder: String) -> Connection {
    Connection(
      transport: .ipc, ip: folder + "/k",
      ports: [.shell: 1, .iopub: 2, .stdin: 3, .control: 4, .heartbeat: 5], key: [])
  }

  private func temporaryFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
    return folder.path
  }

  func testFramesTravel() throws {
    let context = SocketContext()
    let connection = connection(in: try temporaryFolder())
    let sockets = try KernelSockets(binding: connection, in: context)
    let client = try Socket(.dealer, in: context)
    try client.connect(connection.endpoint(.shell))
    let frames: [[UInt8]] = [[1], [], Array(repeating: 7, count: 100_000)]
    try client.send(frames)

    let poller = Poller(sockets: [sockets.control, sockets.shell], descriptors: [])
    try poller.wait(milliseconds: 10_000)
    XCTAssertFalse(poller.isReadable(0))
    XCTAssertTrue(poller.isReadable(1))
    let received = try XCTUnwrap(try sockets.shell.receive(waiting: true))
    XCTAssertEqual(Array(received.dropFirst()), frames)
    XCTAssertNil(try sockets.shell.receive(waiting: false))

    try sockets.shell.send([received[0]] + frames.reversed())
    XCTAssertEqual(try client.receive(waiting: true), frames.reversed())
    close(sockets, [client], context)
  }

  /// Verbose: a second client with the same subscription is reported too.
  func testEverySubscriptionIsReported() throws {
    let context = SocketContext()
    let connection = connection(in: try temporaryFolder())
    let sockets = try KernelSockets(binding: connection, in: context)
    var clients: [Socket] = []
    for _ in 0..<2 {
      let client = try Socket(.subscriber, in: context)
      try client.set(ZMQ_SUBSCRIBE, "")
      try client.connect(connection.endpoint(.iopub))
      clients.append(client)
      XCTAssertEqual(try sockets.iopub.receive(waiting: true), [[1]])
    }
    close(sockets, clients, context)
  }

  func testATakenPortIsAnErrorThatNamesIt() throws {
    let context = SocketContext()
    let holder = try Socket(.router, in: context)
    try holder.bind("tcp://127.0.0.1:*")
    var endpoint = [UInt8](repeating: 0, count: 64)
    var size = endpoint.count
    zmq_getsockopt(holder.handle, ZMQ_LAST_ENDPOINT, &endpoint, &size)
    let name = String(decoding: endpoint[..<(size - 1)], as: UTF8.self)
    let port = try XCTUnwrap(Int(name.split(separator: ":").last!))
    let connection = Connection(
      transport: .tcp, ip: "127.0.0.1",
      ports: [.shell: port, .iopub: 0, .stdin: 0, .control: 0, .heartbeat: 0], key: [])
    XCTAssertThrowsError(try KernelSockets(binding: connection, in: context)) {
      XCTAssertEqual(
        "\($0)", "the shell channel: cannot bind tcp://127.0.0.1:\(port): Address already in use")
    }
    holder.close(linger: 0)
    context.terminate()
  }

  func testWakeUp() throws {
    let wakeUp = WakeUp()
    let poller = Poller(sockets: [], descriptors: [wakeUp.descriptor])
    try poller.wait(milliseconds: 0)
    XCTAssertFalse(poller.isReadable(0))
    wakeUp.signal()
    wakeUp.signal()
    try poller.wait()
    XCTAssertTrue(poller.isReadable(0))
    wakeUp.reset()
    try poller.wait(milliseconds: 0)
    XCTAssertFalse(poller.isReadable(0))
  }

  func testTheEndOfTheContextEndsAWait() throws {
    let context = SocketContext()
    let socket = try Socket(.router, in: context)
    let ended = expectation(description: "the wait ends")
    Thread.detachNewThread {
      do {
        _ = try socket.receive(waiting: true)
      } catch let error as SocketError where error.isEnd {
        socket.close(linger: 0)
        ended.fulfill()
      } catch {}
    }
    context.interruptWaits()
    wait(for: [ended], timeout: 10)
    context.terminate()
  }

  private func close(_ sockets: KernelSockets, _ clients: [Socket], _ context: SocketContext) {
    let all = clients + [sockets.shell, sockets.control, sockets.stdin, sockets.iopub, sockets.heartbeat]
    for socket in all { socket.close(linger: 0) }
    context.terminate()
  }
}
