import Numerics

/// The zip files that npz files are: their directory, and members that are stored or deflated.
enum ZipFile {
  typealias Member = (name: String, bytes: [UInt8])

  /// Calls `body` with one member after the other, so that never more than one is held unpacked.
  static func members(_ bytes: [UInt8], _ body: (Member) throws -> Void) throws {
    let (start, count) = try directory(bytes)
    guard start <= bytes.count else { throw FormatFault.damagedDirectory }
    var reader = ByteReader(bytes[start...])
    // Each takes 46 bytes in the directory.
    try Memory.reserve(min(count, reader.left / 46) * MemoryLayout<Entry>.stride)
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try entry(&reader, bytes)) }
    // A few bytes that many members share would become a great many.
    let places = entries.map { $0.start..<$0.content.endIndex }.sorted { $0.lowerBound < $1.lowerBound }
    for (place, next) in zip(places, places.dropFirst()) where next.lowerBound < place.upperBound {
      throw FormatFault.overlappingMembers
    }
    for entry in entries { try body((entry.name, try entry.unpacked())) }
  }

  /// What the directory says of a member, and its bytes as they are stored.
  private struct Entry {
    let name: String
    let start: Int
    let content: ArraySlice<UInt8>
    let method: Int
    let size: Int
    let checksum: Int

    func unpacked() throws -> [UInt8] {
      let unpacked: [UInt8]
      switch method {
      case 0:
        try Memory.reserve(content.count)
        unpacked = Array(content)
      case 8: unpacked = try Deflate.inflate(content, .raw, size: size)
      default: throw FormatFault.unknownCompression(member: name, method: method)
      }
      guard unpacked.count == size, Deflate.checksum(unpacked[...]) == checksum else {
        throw FormatFault.wrongChecksum(member: name)
      }
      return unpacked
    }
  }

  /// Where the list of members begins, and how many there are.
  private static func directory(_ bytes: [UInt8]) throws -> (start: Int, count: Int) {
    guard bytes.starts(with: "PK".utf8.prefix(bytes.count)) else { throw FormatFault.otherKind(than: .npz) }
    // The end record is last, but for a comment of at most 65,535 bytes.
    let lowest = max(0, bytes.count - 22 - 0xFFFF)
    var end = bytes.count - 22
    while end >= lowest, !bytes[end...].starts(with: [0x50, 0x4B, 5, 6]) { end -= 1 }
    guard end >= lowest else { throw FormatFault.tooShort }
    var record = ByteReader(bytes[end...])
    try record.skip(10)
    let count = try record.number(2)
    try record.skip(4)
    let start = try record.number(4)
    guard count == 0xFFFF || start == 0xFFFF_FFFF else { return (start, count) }
    // Larger archives say it in a record of 64-bit numbers, which a locator before the end leads to.
    guard end >= 20, bytes[(end - 20)...].starts(with: [0x50, 0x4B, 6, 7]) else { return (start, count) }
    var locator = ByteReader(bytes[(end - 12)...])
    let place = try locator.number(8)
    guard place <= bytes.count else { throw FormatFault.damagedDirectory }
    var large = ByteReader(bytes[place...])
    try large.skip(32)
    let largeCount = try large.number(8)
    try large.skip(8)
    return (try large.number(8), largeCount)
  }

  private static func entry(_ reader: inout ByteReader, _ bytes: [UInt8]) throws -> Entry {
    guard try reader.take(4).elementsEqual([0x50, 0x4B, 1, 2]) else {
      throw FormatFault.damagedDirectory
    }
    try reader.skip(4)
    let flags = try reader.number(2)
    let method = try reader.number(2)
    try reader.skip(4)
    let checksum = try reader.number(4)
    var packed = try reader.number(4)
    var size = try reader.number(4)
    let nameLength = try reader.number(2)
    let extraLength = try reader.number(2)
    let commentLength = try reader.number(2)
    try reader.skip(8)
    var start = try reader.number(4)
    let name = String(decoding: try reader.take(nameLength), as: UTF8.self)
    var extra = ByteReader(try reader.take(extraLength))
    try reader.skip(commentLength)
    while extra.left >= 4 {
      let kind = try extra.number(2)
      var field = ByteReader(try extra.take(try extra.number(2)))
      guard kind == 1 else { continue }
      if size == 0xFFFF_FFFF { size = try field.number(8) }
      if packed == 0xFFFF_FFFF { packed = try field.number(8) }
      if start == 0xFFFF_FFFF { start = try field.number(8) }
    }
    guard flags & 1 == 0 else { throw FormatFault.encrypted(member: name) }

    guard start <= bytes.count else { throw FormatFault.damagedDirectory }
    var local = ByteReader(bytes[start...])
    guard try local.take(4).elementsEqual([0x50, 0x4B, 3, 4]) else {
      throw FormatFault.damagedDirectory
    }
    try local.skip(22)
    let localName = try local.number(2)
    try local.skip(try local.number(2) + localName)
    let content = try local.take(packed)
    return Entry(
      name: name, start: start, content: content, method: method, size: size, checksum: checksum)
  }

  /// A zip file of stored members.
  static func bytes(of members: [Member]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in members {
      guard bytes.count + content.count < 0xFFFF_FFFF, name.utf8.count <= 0xFFFF, members.count < 0xFFFF
      else {
        throw FormatFault.archiveTooLarge
      }
      // Version 2.0, names in UTF-8, stored, 1 January 1980: the same tensors give the same bytes.
      var header: [UInt8] = [20, 0]
      header.append(0x800, size: 2)
      header.append(0, size: 2)
      header.append(0, size: 2)
      header.append(0x21, size: 2)
      header.append(Deflate.checksum(content[...]), size: 4)
      header.append(content.count, size: 4)
      header.append(content.count, size: 4)
      header.append(name.utf8.count, size: 2)
      header.append(0, size: 2)
      directory += [0x50, 0x4B, 1, 2, 20, 0] + header
      directory.append(0, size: 10)
      directory.append(bytes.count, size: 4)
      directory += name.utf8
      bytes += [0x50, 0x4B, 3, 4] + header + Array(name.utf8) + content
    }
    let start = bytes.count
    bytes += directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    bytes.append(members.count, size: 2)
    bytes.append(members.count, size: 2)
    bytes.append(directory.count, size: 4)
    bytes.append(start, size: 4)
    bytes.append(0, size: 2)
    return bytes
  }
}
