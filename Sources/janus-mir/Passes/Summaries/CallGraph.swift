// Who calls whom, and the components of functions that call each other.
// Reads: a module. Produces: a `CallGraph`. Rejects: nothing. Assumes: a verified module.
// A destructor is called where a value with one is dropped; a closure, where its value is made.
import Base
import MIR

struct CallGraph {
  /// For each function of the module: the functions of the module that it may call by name.
  private(set) var callees: [[Int]] = []
  /// Groups of functions that call each other, by index; callees come before their callers.
  private(set) var components: [[Int]] = []
  /// For each function reference: the index of its body, or -1.
  private(set) var bodies: [Int]

  init(of module: MIRModule, _ shapes: MIRShapes) {
    var bySymbol: [String: Int] = [:]
    for (index, function) in module.functions.enumerated() { bySymbol[function.symbol] = index }
    bodies = module.functionRefs.elements.map { bySymbol[$0.symbol] ?? -1 }
    for function in module.functions { callees.append(callees(of: function, shapes)) }
    findComponents()
  }

  private func callees(of function: MIRFunction, _ shapes: MIRShapes) -> [Int] {
    var result: [Int] = []
    var known: Set<Int> = []
    func add(_ reference: FunctionRefID) {
      guard reference.exists else { return }
      let body = bodies[reference.index]
      if body >= 0, known.insert(body).inserted { result.append(body) }
    }
    for operand in function.operands where operand.kind == .function { add(operand.functionID) }
    for block in function.blocks.elements {
      for instruction in block.instructions {
        if instruction.a.kind == .function { add(instruction.a.functionID) }
        guard instruction.opcode == .drop else { continue }
        let shape = shapes[function.places[instruction.dest].type]
        if shape.ownership == .unique { add(shape.dropGlue) }
      }
      if block.terminator.kind == .call { add(block.terminator.callee) }
    }
    return result
  }

  /// Tarjan's algorithm, without recursion.
  private mutating func findComponents() {
    var number = Array(repeating: -1, count: callees.count)
    var low = number
    var isOpen = Array(repeating: false, count: callees.count)
    var open: [Int] = []
    var count = 0
    var path: [(function: Int, next: Int)] = []
    func enter(_ function: Int) {
      number[function] = count
      low[function] = count
      count += 1
      open.append(function)
      isOpen[function] = true
      path.append((function, 0))
    }
    for root in callees.indices where number[root] < 0 {
      enter(root)
      while let (function, next) = path.last {
        if next < callees[function].count {
          path[path.count - 1].next += 1
          let callee = callees[function][next]
          if number[callee] < 0 {
            enter(callee)
          } else if isOpen[callee] {
            low[function] = min(low[function], number[callee])
          }
          continue
        }
        path.removeLast()
        if let caller = path.last?.function { low[caller] = min(low[caller], low[function]) }
        guard low[function] == number[function] else { continue }
        let start = open.lastIndex(of: function) ?? 0
        components.append(Array(open[start...]))
        for member in open[start...] { isOpen[member] = false }
        open.removeSubrange(start...)
      }
    }
  }
}
