import Numerics

/// What a file holds: tensors and texts, alone or in lists and under names. Whoever asks makes values of it.
package indirect enum FileContent {
  case nothing
  case tensor(Tensor)
  case text(String)
  case list([FileContent])
  case fields(names: [String], items: [FileContent])
  /// A value that no file holds, by the word for its kind.
  case other(String)

  var tensor: Tensor? {
    if case .tensor(let tensor) = self { return tensor }
    return nil
  }
}
