import Support
import Syntax

/// Programs of the tests, cells of the contract and of the notebooks, changed; and several of them one after the other.
struct MutatedPrograms: TextFuzzer {
  func text(_ number: Int, _ dice: inout Dice) -> String {
    var text = dice.pick(
      dice.once(in: 4) ? Corpus.cells : dice.once(in: 2) ? Corpus.contract : Corpus.programs)
    if dice.once(in: 3) { text = substituted(text, &dice) }
    if !dice.once(in: 4) { text = Mutation.program(text, others: Corpus.code, &dice) }
    if dice.once(in: 8) { text += Trial.cellMark + self.text(number, &dice) }
    return text
  }

  /// Extreme values in the place of whole expressions.
  private func substituted(_ text: String, _ dice: inout Dice) -> String {
    var text = text
    for _ in 0...dice.below(2) {
      let places = Substitution.places(of: text)
      guard !places.isEmpty else { return text }
      text = Substitution.program(text, dice.pick(ExtremeValues.all), at: dice.pick(places))
    }
    return text
  }

  func faults(of text: String, _ trial: Trial) -> [Fault] { trial.faults(ofProgram: text) }
}
