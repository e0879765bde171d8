// What the last run found out, declaration by declaration: code whose text and whose recorded reads
// did not change is taken from the ASTDB instead of being checked again.
import ASTDB
import Base

final class PreviousCheck {
  private let database: ASTDB
  private var previous: [Int64: PreviousDeclaration] = [:]
  private var rows: [Int64: DeclarationID] = [:]
  private var restored: [(declaration: DeclarationID, reads: [Int64])] = []

  init(database: ASTDB, packages: [String]) throws {
    self.database = database
    for package in packages {
      previous.merge(try database.previousDeclarations(ofPackage: package)) { old, _ in old }
    }
  }

  /// Puts the code of `id` into the program if the last run's is still right. True iff it was.
  /// All interfaces must be known.
  func restore(_ id: DeclarationID, in program: CheckedProgram) -> Bool {
    if previous.isEmpty { return false }
    let declaration = program.declarations[id]
    guard let old = previous[declaration.stableID.rowKey], old.syntaxHash == declaration.syntaxHash
    else { return false }
    if rows.count != program.declarations.count { indexRows(of: program) }
    for read in old.reads {
      guard let target = rows[read.target],
        program.declarations[target].interfaceHash == read.interfaceHash
      else { return false }
    }
    guard (try? database.restoreBodies(of: id, object: old.objectKey, in: program)) == true else {
      return false
    }
    program.declarations[id].bodyHash = old.bodyHash
    restored.append((id, old.reads.map(\.target)))
    return true
  }

  private func indexRows(of program: CheckedProgram) {
    rows.removeAll()
    for id in program.declarations.ids { rows[program.declarations[id].stableID.rowKey] = id }
  }

  /// The reads of restored declarations, to be recorded again.
  var restoredReads: [DeclarationID: [DeclarationID]] {
    var result: [DeclarationID: [DeclarationID]] = [:]
    for (declaration, reads) in restored { result[declaration] = reads.compactMap { rows[$0] } }
    return result
  }
}
