/// What is called by name in a session and no part of the language: everything the interpreter asks of it. It makes
/// no other use of any name.
///
/// Lives on the evaluation thread, one for all sessions of a process.
package protocol SessionLibrary: AnyObject {
  /// The names beneath those of every notebook.
  var globals: Globals { get }

  /// The figure that a record made by the library shows as; `nil` for other records.
  func figure(of record: Record) throws -> FigureValue?

  /// What a record made by the library shows as, where it is more than a figure; `nil` for other records.
  func bundle(of record: Record) throws -> Bundle?

  /// What a value shows can be asked for at other positions of its controls; `nil` where it has none.
  func adjustable(_ value: Value) -> (any Adjustable)?

  /// What `?name` shows. Throws where there is nothing of that name.
  func help(on name: String, _ globals: Globals) throws -> Value

  /// What `@code` shows of a function.
  func source(of function: Function) -> String

  /// What `@plan` shows of a call.
  func plan(of call: CallOutline) throws -> String

  /// The names that programs can use with their documentation, in the order of the reference page.
  var reference: [Reference.Group] { get }

  /// What Tab offers at `cursor`, a count of Unicode scalars.
  func complete(_ code: String, _ cursor: Int, _ globals: Globals) -> Completion

  /// Documentation and value of the name at `cursor`; `nil` where there is none. `detail` 1 adds the source.
  func inspect(_ code: String, _ cursor: Int, _ detail: Int, _ globals: Globals) -> Bundle?
}

/// Where a library comes from, asked for on the evaluation thread when the first session begins.
package typealias LibrarySource = @Sendable () -> any SessionLibrary

/// What is to be brought to an end when a cell ends, however it ends.
package protocol Unfinished: AnyObject {
  var isFinished: Bool { get }
  func finish() throws
}
