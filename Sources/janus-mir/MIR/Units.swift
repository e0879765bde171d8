// How a module is cut into code generation units: runs of functions in symbol order, one LLVM
// module and one object each. Only the symbols decide, so a clean and an incremental build agree,
// and inserting a function moves no cut but those beside it.
import Base

extension MIRModule {
  /// Ranges of `functions`, which must be in symbol order: together all of them, none empty.
  public var codeGenerationUnits: [Range<Int>] {
    var units: [Range<Int>] = []
    var start = 0
    for index in functions.indices.dropFirst() where startsUnit(functions[index].symbol) {
      units.append(start..<index)
      start = index
    }
    if start < functions.count { units.append(start..<functions.count) }
    return units
  }
}

/// Whether a unit is cut before the function of this symbol: one in 24 is.
func startsUnit(_ symbol: String) -> Bool { Hash128.of(symbol).low % 24 == 0 }
