/// The character that an entity such as `&mdash;` or `&#8212;` names; the entity itself where it is not known.
func character(ofEntity entity: String) -> String {
  let name = entity.dropFirst().dropLast()
  if name.hasPrefix("#") {
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let value, value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return String(scalar)
  }
  return named[String(name)] ?? entity
}

private let named: [String: String] = {
  var named: [String: String] = [:]
  var words = characterNames.split(whereSeparator: \.isWhitespace)[...]
  while let name = words.popFirst(), let codes = words.popFirst() {
    let scalars = codes.split(separator: "+").compactMap {
      UInt32($0, radix: 16).flatMap(Unicode.Scalar.init)
    }
    named[String(name)] = String(String.UnicodeScalarView(scalars))
  }
  return named
}()
