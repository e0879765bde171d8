// `main` of an executable package (E2108): there is one in the root module, and the runtime can
// call it.
import ASTDB
import Base
import Parser

extension SemaContext {
  func checkMain(of package: PackageID) {
    guard program.packages[package].isExecutable else { return }
    let root = modulesByName[package]?[""] ?? .none
    guard root.exists else { return report(.missingMain(at: .none)) }
    guard case .declaration(let main) = scopes[root.index].declared[names.main]?.resolution,
      case .function(let detail) = program.declarations[main].detail
    else {
      let file = program.modules[root].file
      return report(.missingMain(at: SourceSpan(file: file, start: 0, end: 0)))
    }
    let d = program.declarations[main]
    if !detail.parameters.isEmpty {
      report(.badMain("has parameters; `std.os.args()` gives the arguments", at: d.nameSpan))
    } else if !d.genericParameters.isEmpty {
      report(.badMain("has type parameters", at: d.nameSpan))
    } else if !isExitType(detail.result) {
      report(.badMain("returns `\(program.name(of: detail.result))`", at: d.nameSpan))
    }
  }

  /// Nothing, an exit code, or either of them or an error.
  private func isExitType(_ type: TypeID) -> Bool {
    switch program.types[type] {
    case .void, .never, .error: return true
    case .integer(let kind): return kind == .i32
    case .nominal(let declaration, let arguments):
      return declaration == program.languageItem("result") && arguments.count == 2
        && (arguments[0] == TypeTable.void || arguments[0] == TypeTable.i32)
    case .bool, .char, .float, .parameter, .tuple, .array, .slice, .pointer, .function, .variable:
      return false
    }
  }
}

extension Diagnostic {
  fileprivate static func missingMain(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.missingMain, "an executable package has no `main` in its root module", at: span)
  }

  fileprivate static func badMain(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingMain, "`main` \(what)", at: span,
      notes: ["`main` takes nothing and returns nothing, an `i32`, or `void ! E`"])
  }
}
