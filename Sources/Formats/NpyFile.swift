// NumPy's file of one array: a magic text, a version, a header that is a Python dictionary, the elements.

import Numerics

package enum NpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  package static func read(_ bytes: ArraySlice<UInt8>) throws -> Tensor {
    var reader = ByteReader(bytes)
    guard bytes.starts(with: magic.prefix(bytes.count)) else { throw FormatFault.otherKind(than: .npy) }
    try reader.skip(magic.count)
    let version = try reader.number(1)
    guard (1...3).contains(version) else { throw FormatFault.unknownVersion(version) }
    try reader.skip(1)
    let length = try reader.number(version == 1 ? 2 : 4)
    // NumPy itself reads no longer one.
    guard length <= 1 << 16 else { throw FormatFault.impossibleShape }
    let header = try NpyHeader(String(decoding: try reader.take(length), as: UTF8.self))
    let (element, isBigEndian) = try self.element(header.type)
    guard let count = BinaryElement.count(header.shape) else {
      throw FormatFault.impossibleShape
    }
    let elements = try reader.take(count * element.size)
    guard header.isFortranOrder, header.shape.count > 1 else {
      return try element.tensor(elements, header.shape, isBigEndian: isBigEndian)
    }
    let reversed = try element.tensor(elements, header.shape.reversed(), isBigEndian: isBigEndian)
    return try Operations.permute(reversed, Array((0..<header.shape.count).reversed()))
  }

  /// The element of a type text such as "<f8", and whether its high byte comes first.
  private static func element(_ type: String) throws -> (BinaryElement, isBigEndian: Bool) {
    let elements: [Substring: BinaryElement] = [
      "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32,
      "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    guard let order = type.first, "<>|=".contains(order), let element = elements[type.dropFirst()] else {
      throw FormatFault.elementType(type)
    }
    return (element, order == ">")
  }

  package static func bytes(of tensor: Tensor) throws -> [UInt8] {
    let type =
      switch tensor.type {
      case .f64: "<f8"
      case .f32: "<f4"
      case .f16: "<f2"
      case .bool: "|b1"
      }
    let lengths = tensor.shape.map(String.init)
    let shape = lengths.count == 1 ? "(\(lengths[0]),)" : "(" + lengths.joined(separator: ", ") + ")"
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    // The elements begin at a multiple of 64 bytes.
    let unpadded = magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(header.utf8.count, size: 2)
    bytes += header.utf8
    return bytes + (try BinaryElement.bytes(of: tensor))
  }
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`
private struct NpyHeader {
  var type = ""
  var isFortranOrder = false
  var shape: [Int] = []

  init(_ text: String) throws {
    var tokens = Self.tokens(text)[...]
    func expect(_ token: String) throws {
      guard tokens.popFirst() == token else { throw FormatFault.damagedHeader }
    }
    try expect("{")
    var seen: Set<String> = []
    while let key = tokens.popFirst(), key != "}" {
      try expect(":")
      seen.insert(key)
      switch key {
      case "'descr'":
        guard let value = tokens.popFirst(), value.hasPrefix("'") else {
          throw FormatFault.elementsAreRecords
        }
        type = String(value.dropFirst().dropLast())
      case "'fortran_order'":
        guard let value = tokens.popFirst(), value == "True" || value == "False" else {
          throw FormatFault.damagedHeader
        }
        isFortranOrder = value == "True"
      case "'shape'":
        try expect("(")
        while let length = tokens.popFirst(), length != ")" {
          guard let number = Int(length), number >= 0 else { throw FormatFault.impossibleShape }
          shape.append(number)
          if tokens.first == "," { tokens.removeFirst() }
        }
      default: throw FormatFault.damagedHeader
      }
      if tokens.first == "," { tokens.removeFirst() }
    }
    guard seen.count == 3, tokens.isEmpty else { throw FormatFault.damagedHeader }
    guard shape.count <= 64 else { throw FormatFault.impossibleShape }
  }

  /// Brackets and separators alone, words and quoted texts whole.
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var word = ""
    var quote: Character?
    func endWord() {
      if !word.isEmpty { tokens.append(word) }
      word = ""
    }
    for character in text {
      if quote != nil {
        word.append(character == quote ? "'" : character)
        if character == quote {
          quote = nil
          endWord()
        }
      } else if character == "'" || character == "\"" {
        endWord()
        quote = character
        word = "'"
      } else if "{}()[],:".contains(character) {
        endWord()
        tokens.append(String(character))
      } else if character.isWhitespace {
        endWord()
      } else {
        word.append(character)
      }
    }
    endWord()
    return tokens
  }
}
