/// The names of the language with their documentation, for a reference page.
package enum Reference {
  package struct Entry: Sendable {
    /// The name, or for notation the spellings that share the entry.
    package let names: [String]
    /// How it is called, a line for each way; empty for what is not called.
    package let usage: [String]
    /// What it does, as Markdown, a paragraph each.
    package let paragraphs: [String]
    package let examples: [Example]

    package init(names: [String], usage: [String], paragraphs: [String], examples: [Example]) {
      (self.names, self.usage, self.paragraphs, self.examples) = (names, usage, paragraphs, examples)
    }
  }

  /// Something to type and what that shows.
  package struct Example: Sendable {
    package let code: String
    package let output: String
    /// Whether a page can evaluate it by itself: it waits for nobody, writes no file, shows the same each time.
    package let isRepeatable: Bool
    /// Whether it shows an error.
    package let isError: Bool

    package init(code: String, output: String, isRepeatable: Bool, isError: Bool) {
      (self.code, self.output, self.isRepeatable, self.isError) = (code, output, isRepeatable, isError)
    }
  }

  package struct Group: Sendable {
    package let title: String
    package let entries: [Entry]

    package init(title: String, entries: [Entry]) {
      (self.title, self.entries) = (title, entries)
    }
  }
}
