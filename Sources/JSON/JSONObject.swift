/// The members of a JSON object in the order they were written. Two objects are equal when they have equal
/// members, whatever their order.
///
/// Messages have a handful of members, where a walk beats hashing; an object that grows larger gets an index.
public struct JSONObject: Sendable {
  public typealias Element = (key: String, value: JSONValue)

  private var members: [Element] = []
  /// Positions by key; `nil` while the object is small.
  private var index: [String: Int]?

  private static let largestWalked = 16

  public init() {}

  /// Of several members with one key the last one counts, as in Python and JavaScript.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    for (key, value) in members { self[key] = value }
  }

  /// Assigning a new key appends it; assigning `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  private func position(of key: String) -> Int? {
    if let index { return index[key] }
    return members.firstIndex { $0.key == key }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append((key, value))
    if index != nil {
      index![key] = members.count - 1
    } else if members.count > Self.largestWalked {
      rebuildIndex()
    }
  }

  private mutating func remove(at position: Int) {
    members.remove(at: position)
    index = nil
    if members.count > Self.largestWalked { rebuildIndex() }
  }

  private mutating func rebuildIndex() {
    index = Dictionary(uniqueKeysWithValues: zip(members.lazy.map(\.key), members.indices))
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { members.count }
  public subscript(position: Int) -> Element { members[position] }

  public var keys: [String] { members.map(\.key) }
}

extension JSONObject: Equatable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
