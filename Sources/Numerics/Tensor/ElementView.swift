/// Elements in memory as kernels reach them: an address that knows how many there are.
///
/// It is checked where the flag `NABLA_CHECKED` is set, as in debug builds and in those of the fuzzers. Without the flag
/// it is the address and nothing else, so a loop over it is the loop over the address.
struct ElementView<Element> {
  let address: UnsafeMutablePointer<Element>
  #if NABLA_CHECKED
    /// The places that may be reached, counted from the address.
    private let places: Range<Int>
  #endif

  /// `count` elements from the address on.
  @inline(__always)
  init(_ address: UnsafeMutablePointer<Element>, count: Int) {
    self.address = address
    #if NABLA_CHECKED
      places = 0..<count
    #endif
  }

  #if NABLA_CHECKED
    private init(_ address: UnsafeMutablePointer<Element>, places: Range<Int>) {
      self.address = address
      self.places = places
    }
  #endif

  @inline(__always)
  subscript(place: Int) -> Element {
    get {
      check(place, 1)
      return address[place]
    }
    nonmutating set {
      check(place, 1)
      address[place] = newValue
    }
  }

  /// The view from another place on. Which places can be reached stays as it was, so it may go outside and come back.
  @inline(__always)
  static func + (view: ElementView, distance: Int) -> ElementView {
    #if NABLA_CHECKED
      ElementView(
        view.address + distance,
        places: view.places.lowerBound - distance..<view.places.upperBound - distance)
    #else
      ElementView(view.address + distance, count: 0)
    #endif
  }

  /// The address, for a loop over `count` elements; over one again and again where the step is 0.
  @inline(__always)
  func run(_ count: Int, step: Int = 1) -> UnsafeMutablePointer<Element> {
    check(0, step == 0 ? min(count, 1) : count)
    return address
  }

  /// The address, for a loop over a matrix: its elements `row` and `column` apart.
  @inline(__always)
  func matrix(_ rows: Int, _ columns: Int, row: Int, column: Int) -> UnsafeMutablePointer<Element> {
    #if NABLA_CHECKED
      if rows > 0, columns > 0 {
        check((rows - 1) * row + (columns - 1) * column, 1)
        check(0, 1)
        work(rows * columns)
      }
    #endif
    return address
  }

  @inline(__always)
  func fill(_ value: Element, count: Int) {
    check(0, count)
    address.update(repeating: value, count: count)
  }

  @inline(__always)
  func copy(from other: ElementView, count: Int) {
    check(0, count)
    other.check(0, count)
    address.update(from: other.address, count: count)
  }

  @inline(__always)
  private func check(_ place: Int, _ count: Int) {
    #if NABLA_CHECKED
      precondition(
        count == 0 || count > 0 && place >= places.lowerBound && place <= places.upperBound - count,
        "elements \(place) ..< \(place + count) of \(places)")
      work(count)
    #endif
  }

  #if NABLA_CHECKED
    private func work(_ count: Int) {
      if NumericsInterruption.isMeasured { NumericsInterruption.pace.elements += count }
    }
  #endif
}
