// Colour maps whose lightness grows evenly, and one for signed values whose zero is the card they lie on. Each is a few
// colours with straight lines between them.

import CVector

/// A colour of a pixel.
struct RGB: Equatable, Sendable {
  var red: Double
  var green: Double
  var blue: Double

  /// From 0xRRGGBB.
  init(_ hex: Int) {
    red = Double(hex >> 16 & 255)
    green = Double(hex >> 8 & 255)
    blue = Double(hex & 255)
  }

  init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  func mixed(with other: RGB, _ share: Double) -> RGB {
    RGB(
      red: red + (other.red - red) * share, green: green + (other.green - green) * share,
      blue: blue + (other.blue - blue) * share)
  }

  var bytes: [UInt8] { [red, green, blue].map { UInt8(nearest: $0) } }

  /// As SVG writes it.
  var text: String { "#" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

  /// What is read on this colour.
  var ink: String { luminance > 0.3 ? "#1f2328" : "#ffffff" }

  /// Relative luminance (WCAG 2), from 0 to 1.
  var luminance: Double {
    func linear(_ channel: Double) -> Double {
      let share = channel / 255
      return share <= 0.04045 ? share / 12.92 : vector_pow_f64((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}

/// What a share of the way from the least to the greatest value looks like.
enum ColorMap: String, CaseIterable, Sendable {
  case viridis, cividis, magma, gray
  /// Blue, the card, orange.
  case signed

  /// Whether it looks otherwise on the dark card: there a white middle would glare, and what is dark at the ends of the
  /// map would be what is seen least.
  var followsCard: Bool { self == .signed }

  private static let signedInDark = [0xaadaff, 0x4a9fe0, 0x22557f, 0x17191c, 0x6f4612, 0xd98324, 0xffd09a]

  private var stops: [Int] {
    switch self {
    case .viridis:
      [
        0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26838f, 0x1f9d8a, 0x36b779, 0x6dcd59, 0xb4de2c,
        0xfde725,
      ]
    case .cividis:
      [
        0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8779, 0xa69d75, 0xc4b56c, 0xe4cf5b, 0xfee838,
      ]
    case .magma:
      [
        0x000004, 0x180f3e, 0x451077, 0x721f81, 0x9f2f7f, 0xcd4071, 0xf1605d, 0xfd9567, 0xfec98d, 0xfcfdbf,
      ]
    case .gray: [0x000000, 0xffffff]
    case .signed: [0x08427a, 0x3d87c4, 0xaed0ea, 0xffffff, 0xfbc48f, 0xe07b16, 0x8f3d00]
    }
  }

  /// The colour at a share from 0 to 1.
  func color(_ share: Double, onDark isDark: Bool = false) -> RGB {
    let stops = isDark && followsCard ? ColorMap.signedInDark : stops
    let place = share.isNaN ? 0 : min(max(share, 0), 1) * Double(stops.count - 1)
    let index = Int(clamping: place, to: 0...(stops.count - 2))
    return RGB(stops[index]).mixed(with: RGB(stops[index + 1]), place - Double(index))
  }

  /// The colour at a share on both cards.
  func paint(_ share: Double) -> Paint { Paint(color(share).text, color(share, onDark: true).text) }

  /// What is not a number.
  static let missing = RGB(0x8c959f)
}
