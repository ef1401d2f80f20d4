import ArgumentParser
import Glibc
import Notebook

/// The course that came with this program, copied to where its reader may change it.
struct LecturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lectures",
    abstract: "Copy the lectures, the gallery and the reference into a folder.",
    discussion: """
      The folder is made if it isn't there. Where a file of the same name stands in it already, nothing is copied at \
      all: it may hold what you wrote.
      """)

  @Argument(help: ArgumentHelp("Where they go.", valueName: "folder"))
  var destination: String

  func run() throws {
    // `share/nabla/notebooks` below the prefix whose `share/jupyter/kernels/nabla` holds the program.
    let source = folderOfProgram() + "/../../../nabla/notebooks"
    guard isFolder(source) else {
      throw CommandFailure(
        "no lectures came with this program: they are in the folder 'notebooks' of the sources it was built from"
      )
    }
    let files = try LecturesCommand.files(in: source)
    for file in files where access("\(destination)/\(file)", F_OK) == 0 {
      throw CommandFailure("'\(destination)/\(file)' is there already; nothing was copied")
    }
    for file in files {
      let copy = "\(destination)/\(file)"
      try makeFolder(folder(of: copy))
      try writeFile(copy, try readFile("\(source)/\(file)"), mode: 0o644)
    }
    print("Copied the lectures to \(destination); begin with \(destination)/00-blackboard.ipynb")
  }

  /// The files in a folder and in those within it, in the order of their names.
  private static func files(in root: String, below path: String = "") throws -> [String] {
    try filesInFolder("\(root)/\(path)").sorted().flatMap { name in
      isFolder("\(root)/\(path)\(name)") ? try files(in: root, below: "\(path)\(name)/") : ["\(path)\(name)"]
    }
  }
}
