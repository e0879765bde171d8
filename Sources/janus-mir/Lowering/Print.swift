// `print`, `write`, `eprint`, and text made of values.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerPrint(_ builtin: Builtin, _ arguments: [NodeID]) {
    let output = builtin == .eprint ? "eprint_string" : "print_string"
    let endsLine = builtin != .write
    if arguments.count <= 1, arguments.allSatisfy({ isString(type(of: $0)) }) {
      if let only = arguments.first {
        if body[only].kind == .string {
          var text = context.program.interner.text(body.strings[Int(body[only].a)])
          if endsLine { text += "\n" }
          return printText(string(text), output)
        }
        let value = place(only)
        callLanguage(output, [.borrow(value)], into: .none)
      }
      if endsLine { printText(string("\n"), output) }
      return
    }
    let text = beginText()
    for (index, argument) in arguments.enumerated() {
      if index > 0, endsLine { appendText(string(" "), to: text) }
      if body[argument].kind == .string {
        appendText(literal(argument, body[argument]), to: text)
      } else {
        display(place(argument), type(of: argument), into: text, quoted: false)
      }
    }
    if endsLine { appendText(string("\n"), to: text) }
    callLanguage(output, [.borrow(text)], into: .none)
  }

  func isString(_ type: TypeID) -> Bool { type == context.languageItems.stringType }

  private mutating func printText(_ text: Operand, _ output: String) {
    callLanguage(output, [text], into: .none)
  }

  /// An empty string to append to, which dies with the scope.
  mutating func beginText() -> PlaceID {
    let text = temporary(stringType)
    assign(text, string(""))
    ownInScope(text)
    return text
  }

  mutating func appendText(_ text: Operand, to out: PlaceID) {
    callLanguage("string_append", [.borrowMutable(out), text], into: .none)
  }
}
