// What a plan of tensors does row by row, and what it leaves to kernels.

extension TensorPlanBuilder {
  /// A step that reads places in rows from labels, which are f64.
  mutating func labelled(
    _ kind: TensorStep.Kind, _ x: Value, at labels: Value, _ classes: Int, _ shape: Shape
  ) -> Value {
    let y = new(shape, x.type)
    var step = TensorStep(kind, x.place, to: y.place, isShort: x.isShort)
    step.b = labels.place
    (step.rows, step.columns, step.stepA) = (labels.count, classes, x.isSingle ? 0 : 1)
    append(step, reading: [x, labels], into: y)
    return y
  }

  /// What a kernel makes of tensors: the output of an operation, or the cotangent of an input.
  mutating func call(
    _ operation: Operation, cotangentOf input: Int? = nil, _ inputs: [Value], _ attributes: Attributes?,
    _ integer: Int, _ shape: Shape, _ type: ElementType
  ) -> Value? {
    guard type == .f64 || type == .f32, shape.elementCount <= TensorPlanBuilder.mostElements else {
      return nil
    }
    var operands: [TensorCall.Operand] = []
    var read: [Value] = []
    for x in inputs {
      guard x.type != .bool else { return nil }
      if x.isNumber {
        operands.append(TensorCall.Operand(storage: nil, type: x.type, place: x.place))
        read.append(x)
      } else {
        guard let storage = try? Storage.allocate(x.shape, x.type) else { return nil }
        let place = buffer(.storage(storage), x.count, x.type)
        var step = TensorStep(.copy, x.place, to: place, isShort: x.isShort)
        step.columns = x.count
        step.stepA = x.isSingle ? 0 : 1
        let whole = Value(shape: x.shape, type: x.type, place: place, isSingle: false)
        append(step, reading: [x], into: whole)
        read.append(whole)
        operands.append(TensorCall.Operand(storage: storage, type: x.type, place: place))
      }
    }
    let call = TensorCall(operation, cotangentOf: input, operands, attributes, integer, shape, type)
    calls.append(call)
    let y = new(shape, type)
    var step = TensorStep(.kernel, y.place, to: y.place)
    step.kernel = .passUnretained(call)
    append(step, reading: read, into: y)
    return y
  }
}
