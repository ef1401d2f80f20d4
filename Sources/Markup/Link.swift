// Where links may lead: to pages, never to programs.

/// The address as it may stand in `href`; `nil` for one that would run something.
func linkAddress(_ address: String) -> String? {
  // Browsers skip these before they look for the scheme.
  let scalars = address.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }
  let beginning = scalars.prefix { !"/?#".unicodeScalars.contains($0) }
  if let colon = beginning.firstIndex(of: ":") {
    let scheme = String(String.UnicodeScalarView(beginning[..<colon])).lowercased()
    guard ["http", "https", "mailto"].contains(scheme) else { return nil }
  }
  return encoded(pageAddress(address.trimmed))
}

/// The address of a page elsewhere, which has to be fetched.
func isRemote(_ address: String) -> Bool {
  address.hasPrefix("//") || address.lowercased().hasPrefix("http:")
    || address.lowercased().hasPrefix("https:")
}

/// A notebook's neighbours are pages as it is one: `07-recurrent.ipynb#LSTM` is `07-recurrent.html#LSTM`.
private func pageAddress(_ address: String) -> String {
  let path = address.prefix { $0 != "#" && $0 != "?" }
  guard path.hasSuffix(".ipynb"), !path.contains(":"), !path.hasPrefix("/") else { return address }
  return path.dropLast("ipynb".count) + "html" + address.dropFirst(path.count)
}

/// What no address may hold, in per cent.
private func encoded(_ address: String) -> String {
  address.unicodeScalars.map { scalar in
    guard scalar.value <= 0x20 || "\"<>\\^`{|}\u{7F}".unicodeScalars.contains(scalar) else {
      return String(scalar)
    }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "%" + (digits.count < 2 ? "0" : "") + digits
  }.joined()
}

extension String {
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
