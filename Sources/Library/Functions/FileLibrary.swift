import Formats
import Interpreter
import Numerics

extension LibraryBuilder {
  /// - Parameter digits: the bytes of the file of `digits()`.
  func addFiles(digits: @escaping () -> [UInt8]) {
    add(
      "load(path; header, separator)",
      """
      What a file under the notebook's folder holds, if neither its name nor a folder's begins with a dot, by the end
      of its name:
      `.npy` a tensor, `.npz` a record of tensors, `.idx` (or `-ubyte`, MNIST's name) a tensor, `.png` a picture,
      `.json` a value, `.csv` and `.tsv` a table; with `.gz` behind it, the same compressed.
      Whole numbers are read as f64, fractions as f64, f32 or f16 as their length asks, bools as bool. A picture is h×w if it is
      grey, else h×w×3, in 0 … 1; what is transparent lies over white. JSON arrays become what `[ ]` makes of their
      items, objects records, null `nothing`.
      A table whose first line holds no number is a record of its columns by name; otherwise it is a matrix (a
      vector, if it has one column), or a tuple of columns if some are text. A column is a vector of numbers, a
      missing one NaN, or of bools, or a tuple of strings. `header = true` or `false` says whether the first line is
      names, `separator = ";"` what stands between the fields; of spaces, any number may.

      > save("squares.csv", [1 1; 2 4])
      > load("squares.csv")
      2×2 f64
       1  1
       2  4

      See also: save, digits
      """
    ) {
      let path = try $0.positional[0].string("load")
      let options = try TableOptions($0, function: "load")
      return try naming(path) {
        let kind = try FileKind(path)
        let target = try access().resolve(path, for: .reading)
        return try FileKind.read(try Disk.read(target, named: path), kind, options)
      }
    }
    add(
      "save(path, x; separator)",
      """
      Writes a file under the notebook's folder, as the end of its name says: `.npy` a tensor, `.npz` a record of
      tensors, `.idx` a tensor (bytes, where all its elements are whole numbers of 0 … 255), `.png` a picture of 8
      bits from an h×w or h×w×3 tensor in 0 … 1, `.json` any value of numbers, bools, strings, tuples and records,
      `.csv` and `.tsv` a matrix, or columns in a record or tuple, `.svg` a figure, `.html` a page of a figure or of
      what `explore` gives; with `.gz` behind it, the same compressed.
      A file that a notebook saved is replaced, and so is another's if it is of the same format. What may be the
      settings of a program is not, a `.json` file of others among it, nor what begins with a dot, unless
      `--allow-write` names the file.

      > save("weights.npz", (W = [1 2; 3 4], b = 5))
      > load("weights.npz")
      (W = [1 2; 3 4], b = 5)

      See also: load
      """
    ) {
      let path = try $0.positional[0].string("save")
      let options = try TableOptions($0, function: "save")
      let value = $0.positional[1]
      try naming(path) {
        let kind = try FileKind(path)
        let access = try access()
        let target = try access.resolve(path, for: .writing)
        let mark = try Overwriting.check(target, named: path, kind, access)
        let bytes = try FileKind.bytes(of: value, kind, options)
        access.written.insert(try Disk.write(bytes, to: target, named: path, mark: mark))
      }
      return .nothing
    }
    add1("digits_data(part)", "For the library: the images or the labels of `digits()`, as they are stored.")
    {
      let part = try $0.string("digits_data")
      guard case .record(let record) = Value(try NpzFile.read(digits())), let value = record[part] else {
        throw Problem.badValue(function: "digits_data", reason: "there is no part \(Printer.quoted(part))")
      }
      return value
    }
  }
}

private func access() throws -> FileAccess {
  guard let session = Machine.session else {
    return FileAccess(folder: "/dev/null", readable: [], writable: [])
  }
  return session.files
}

/// Puts the file's name to what is wrong with its bytes.
private func naming<Answer>(_ path: String, _ body: () throws -> Answer) throws -> Answer {
  do {
    return try body()
  } catch let trouble as FileTrouble {
    throw Problem.file(path: path.isEmpty ? "\"\"" : path, reason: trouble.reason)
  } catch let fault as FormatFault {
    throw Problem.file(path: path.isEmpty ? "\"\"" : path, reason: fault.reason)
  } catch let unfit as UnfitValue {
    throw unfit.problem
  }
}
