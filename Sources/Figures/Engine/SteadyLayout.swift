// States of one figure, of which a reader sees one at a time: each is given the room that any of them needs, so that
// all frames, axes and ticks stand still, to the pixel.

extension Layout {
  /// What can be laid out together: rows, and how many figures are in each.
  var shape: String {
    switch content {
    case .panel: "p"
    case .grid(let rows, _, _): "[" + rows.map { $0.map(\.shape).joined() }.joined(separator: ";") + "]"
    }
  }

  /// Fits states of one shape into pages of one size.
  static func settle(together states: inout [Layout], in page: Size) throws {
    guard !states.isEmpty else { return }
    let own = states
    for index in states.indices {
      states[index].steadyNotes(among: own)
      states[index].assign(room: page.width)
    }
    for _ in 0..<3 {
      for index in states.indices { try states[index].measure() }
      var widest = states[0]
      for state in states.dropFirst() { widest.cover(state) }
      for index in states.indices {
        states[index].cover(widest)
        states[index].place(states[index].inner(of: page))
      }
    }
  }

  private mutating func steadyNotes(among states: [Layout]) {
    header = header?.steadied(among: states.compactMap(\.header))
    footer = footer?.steadied(among: states.compactMap(\.footer))
    guard case .grid(var rows, let columnWeights, let rowWeights) = content else { return }
    for i in rows.indices {
      for j in rows[i].indices {
        rows[i][j].steadyNotes(
          among: states.compactMap { state in
            guard case .grid(let others, _, _) = state.content else { return nil }
            return others[i][j]
          })
      }
    }
    content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
  }

  /// Where everything stands in another state of the same figure; false where that has not the room for this one.
  mutating func settle(like other: Layout, in page: Size) throws -> Bool {
    steadyNotes(among: [other])
    assign(room: page.width)
    stand(like: other)
    try measure()
    let needed = self
    cover(other)
    let fits = isNoLarger(than: other)
    if fits { stand(like: other) } else { self = needed }
    return fits
  }

  /// Margins without what stands above and below the panels.
  private var bare: Margins {
    var bare = margins
    bare.top -= headerHeight
    bare.bottom -= footerHeight
    return bare
  }

  /// Takes the room that another state needs, too.
  private mutating func cover(_ other: Layout) {
    var covered = bare
    covered.cover(other.bare)
    headerHeight = max(headerHeight, other.headerHeight)
    footerHeight = max(footerHeight, other.footerHeight)
    covered.top += headerHeight
    covered.bottom += footerHeight
    margins = covered
    guard case .grid(var rows, let columnWeights, let rowWeights) = content,
      case .grid(let others, _, _) = other.content
    else { return }
    for i in rows.indices {
      for j in rows[i].indices { rows[i][j].cover(others[i][j]) }
    }
    content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
  }

  private mutating func stand(like other: Layout) {
    (box, inset, margins) = (other.box, other.inset, other.margins)
    (headerHeight, footerHeight) = (other.headerHeight, other.footerHeight)
    guard case .grid(var rows, let columnWeights, let rowWeights) = content,
      case .grid(let others, _, _) = other.content
    else { return }
    for i in rows.indices {
      for j in rows[i].indices { rows[i][j].stand(like: others[i][j]) }
    }
    content = .grid(rows, columnWeights: columnWeights, rowWeights: rowWeights)
  }

  private func isNoLarger(than other: Layout) -> Bool {
    guard margins == other.margins else { return false }
    guard case .grid(let rows, _, _) = content, case .grid(let others, _, _) = other.content else {
      return true
    }
    return zip(rows.joined(), others.joined()).allSatisfy { $0.isNoLarger(than: $1) }
  }
}

/// Where everything in a figure stands.
struct SettledLayout: Sendable {
  var layout: Layout
  var page: Size
}

extension Figure {
  /// States of one figure, of which a reader sees one at a time: axes without limits of their own stand still, and so
  /// do all frames.
  public static func steady(_ states: [Figure]) throws -> [Figure] {
    var states = try SharedAxes.steady(states, overriding: false)
    guard states.count > 1 else { return states }
    let layouts = states.map { Layout($0) }
    // A size that the user named may be what changes; that of a descent follows from what it holds.
    let keys = zip(states, layouts).map { state, layout in
      layout.shape + (state.reframing == nil ? "\(state.ownSize.map { [$0.width, $0.height] } ?? [])" : "")
    }
    for members in Dictionary(grouping: states.indices, by: { keys[$0] }).values.sorted(by: { $0[0] < $1[0] })
    {
      let sizes = try members.map { try states[$0].size }
      let page = Size(width: sizes.map(\.width).max() ?? 0, height: sizes.map(\.height).max() ?? 0)
      var own = members.map { layouts[$0] }
      try Layout.settle(together: &own, in: page)
      for (index, layout) in zip(members, own) {
        states[index].settled = SettledLayout(layout: layout, page: page)
      }
    }
    return states
  }

  /// One more state of those that `steady` gave, in the frame of one of them where that holds it.
  public func standing(like state: Figure) throws -> Figure {
    guard let settled = state.settled else { return self }
    var result = self
    if let reframing, let other = state.reframing { result = try reframing.draw(other.limits) }
    result = SharedAxes.held(result, like: state)
    var layout = Layout(result)
    guard layout.shape == settled.layout.shape else { return result }
    guard try layout.settle(like: settled.layout, in: settled.page) else { return result }
    result.settled = SettledLayout(layout: layout, page: settled.page)
    return result
  }
}
