/// The operations of the language. Each is one row of the table, made in the file of its family; the static
/// functions are how Swift code, derivative rules included, calls the ones it needs.
public enum Operations {
  /// Every row that programs can name, in the order of the families.
  public static let all: [Operation] = {
    _ = table
    return (0..<Registry.count).map { Registry[$0] }.filter(\.isPublic)
  }()

  public static func named(_ name: String) -> Operation? { byName[name] }

  private static let byName: [String: Operation] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// The table. The order of the first rows is what `Code` says.
struct Table: Sendable {
  let leaves: LeafRows = .init()
  let arithmetic: ArithmeticRows = .init()
  let parts: PartRows = .init()
  let gates: GateRows = .init()
  let structure: StructureRows = .init()
  let slopes: SlopeRows = .init()
  let elementwise: ElementwiseRows = .init()
  let hyperbolic: HyperbolicRows = .init()
  let activation: ActivationRows = .init()
  let logic: LogicRows = .init()
  let products: ProductRows = .init()
  let rounding: RoundingRows = .init()
  let reductions: ReductionRows = .init()
  let scans: ScanRows = .init()
  let normalised: NormalisedRows = .init()
  let statistics: StatisticsRows = .init()
  let shaping: ShapingRows = .init()
  let picking: PickingRows = .init()
  let ordering: OrderingRows = .init()
  let matrices: MatrixRows = .init()
  let leastSquares: LeastSquaresRows = .init()
  let factorisations: FactorisationRows = .init()
  let eigen: EigenRows = .init()
  let making: MakingRows = .init()
  let custom: CustomRows = .init()
  let convolutions: ConvolutionRows = .init()
  let gamma: GammaRows = .init()
  let recurrent: RecurrentRows = .init()
  let layers: LayerRows = .init()

  init() { Registry.isComplete = true }
}

let table: Table = Table()

/// What a tape begins with.
struct LeafRows: Sendable {
  let constant: Operation = .init("constant(x)", rule: .constant)
  let variable: Operation = .init("variable(x)", rule: .constant)
}
