// Proof, in every build, that code of `:core` touches no count: no function with the eager policy
// calls what shares, tests, marks or gives up a buffer. Functions of std are excepted, which end
// buffers that others may count; in a program of `:core` files alone nothing at all may call them.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  private static let operations = [
    "std.mem.share.", "std.mem.is_unique.", "std.mem.is_plain.", "std.mem.mark.",
    "std.mem.give_up.", "std.list.own.", "std.box.own.", "std.hash_map.own.", "std.deque.own.",
  ]

  func checkCounts() {
    for function in module.functions {
      guard let caller = referencesBySymbol[function.symbol], isCountFree(function, caller) else {
        continue
      }
      for block in function.blocks.elements where block.terminator.callee.exists {
        let symbol = module.functionRefs[block.terminator.callee].symbol
        if ModuleLowering.operations.contains(where: { symbol.hasPrefix($0) }) {
          diagnostics.report(.countInCore(function.displayName, symbol))
        }
      }
    }
  }

  private func isCountFree(_ function: MIRFunction, _ reference: FunctionRefID) -> Bool {
    guard carriesCounts else { return true }
    return policies[reference] == .eager && !function.symbol.hasPrefix("std.")
  }
}

extension Diagnostic {
  fileprivate static func countInCore(_ caller: String, _ operation: String) -> Diagnostic {
    Diagnostic(
      .internalError, "`\(caller)`, which counts no owners of buffers, calls `\(operation)`",
      at: .none)
  }
}
