// The entry to checking bodies: what `checkProgram` asks for, declaration by declaration.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Checks the code of `declaration` (a function, test, constant, static, or the top level of a
  /// script): its syntax is `bodySyntax(of:)`, its signature is in the declaration's detail. Of a
  /// constant or static without a written type, the result's root has its type.
  func checkBody(of declaration: DeclarationID) -> Body {
    var body = Body(owner: declaration)
    body.isValid = false
    return body
  }

  /// Checks a default value of a parameter or field of `owner` against its type.
  func checkDefaultValue(_ node: SyntaxID, of owner: DeclarationID, type: TypeID) -> Body {
    var body = Body(owner: owner)
    body.isValid = false
    return body
  }
}
