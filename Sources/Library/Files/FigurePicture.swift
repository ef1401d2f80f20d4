import Figures
import Formats
import Glibc
import Interpreter
import Numerics

/// A figure as the bytes of a PNG file, twice as fine as it shows, by librsvg and cairo. Both are opened when
/// the first picture is saved: a session that saves none does not pay for them.
enum FigurePicture {
  /// Pixels for each of the figure's own.
  static let fineness = 2.0

  static func bytes(of figure: Figure) throws -> [UInt8] {
    let renderer = try Renderer.shared.get()
    let (width, height) = try figure.size
    let columns = Int32(clamping: Int(clamping: (width * fineness).rounded()))
    let rows = Int32(clamping: Int(clamping: (height * fineness).rounded()))
    try Memory.reserve(Int(columns) * Int(rows) * 8)
    let text = Array(try figure.svg(enlargingPictures: true).utf8)
    guard let handle = text.withUnsafeBytes({ renderer.open($0.baseAddress, UInt($0.count), nil) }) else {
      throw FileTrouble("librsvg did not understand the figure")
    }
    defer { renderer.release(handle) }
    guard let surface = renderer.makeSurface(0, columns, rows) else {
      throw FileTrouble("there is no memory for a picture of this size")
    }
    defer { renderer.destroySurface(surface) }
    guard let context = renderer.makeContext(surface) else {
      throw FileTrouble("there is no memory for a picture of this size")
    }
    var page = (x: 0.0, y: 0.0, width: Double(columns), height: Double(rows))
    let isDrawn = withUnsafeMutablePointer(to: &page) {
      renderer.render(handle, context, UnsafeMutableRawPointer($0), nil)
    }
    renderer.destroyContext(context)
    renderer.flush(surface)
    guard isDrawn != 0, let pixels = renderer.pixels(surface) else {
      throw FileTrouble("librsvg could not draw the figure")
    }
    return try file(
      pixels, width: Int(columns), height: Int(rows), stride: Int(renderer.stride(surface)))
  }

  /// Cairo's words hold alpha, red, green and blue from the highest byte down; the card leaves none transparent.
  private static func file(
    _ pixels: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int
  ) throws -> [UInt8] {
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for row in 0..<height {
      let line = UnsafeRawPointer(pixels + row * stride)
      for column in 0..<width {
        let word = line.loadUnaligned(fromByteOffset: column * 4, as: UInt32.self)
        let white = 255 - (word >> 24)
        for shift: UInt32 in [16, 8, 0] { samples.append(UInt8(min(255, (word >> shift & 255) + white))) }
      }
    }
    return try PNGFile.bytes(of: samples, height: height, width: width, channels: 3)
  }
}

/// What is called of librsvg and cairo.
private struct Renderer: Sendable {
  typealias Object = UnsafeMutableRawPointer

  typealias Open = @convention(c) (UnsafeRawPointer?, UInt, Object?) -> Object?
  typealias Render = @convention(c) (Object, Object, Object, Object?) -> Int32
  typealias MakeSurface = @convention(c) (Int32, Int32, Int32) -> Object?
  typealias MakeContext = @convention(c) (Object) -> Object?
  typealias Act = @convention(c) (Object) -> Void
  typealias Pixels = @convention(c) (Object) -> UnsafeMutablePointer<UInt8>?
  typealias Stride = @convention(c) (Object) -> Int32

  let open: Open
  let render: Render
  let release: Act
  let makeSurface: MakeSurface
  let destroySurface: Act
  let makeContext: MakeContext
  let destroyContext: Act
  let flush: Act
  let pixels: Pixels
  let stride: Stride

  static let shared = Result { try load() }

  private static func load() throws -> Renderer {
    guard let drawing = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL),
      let surfaces = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL),
      let objects = dlopen("libgobject-2.0.so.0", RTLD_NOW | RTLD_LOCAL)
    else {
      throw FileTrouble(
        "a figure as .png needs librsvg (on Debian the package librsvg2-2); .svg needs nothing")
    }
    func symbol<Function>(_ name: String, in library: UnsafeMutableRawPointer, _: Function.Type) throws
      -> Function
    {
      guard let found = dlsym(library, name) else {
        throw FileTrouble("this librsvg or cairo has no \(name)")
      }
      return unsafeBitCast(found, to: Function.self)
    }
    return Renderer(
      open: try symbol("rsvg_handle_new_from_data", in: drawing, Open.self),
      render: try symbol("rsvg_handle_render_document", in: drawing, Render.self),
      release: try symbol("g_object_unref", in: objects, Act.self),
      makeSurface: try symbol(
        "cairo_image_surface_create", in: surfaces, MakeSurface.self),
      destroySurface: try symbol(
        "cairo_surface_destroy", in: surfaces, Act.self),
      makeContext: try symbol("cairo_create", in: surfaces, MakeContext.self),
      destroyContext: try symbol("cairo_destroy", in: surfaces, Act.self),
      flush: try symbol("cairo_surface_flush", in: surfaces, Act.self),
      pixels: try symbol("cairo_image_surface_get_data", in: surfaces, Pixels.self),
      stride: try symbol("cairo_image_surface_get_stride", in: surfaces, Stride.self))
  }
}
