// Hashes of types for `contentHashes`: two types have equal hashes iff everything reachable from
// them, through fields, pointers and signatures, is equal. Machine code and debug information
// depend on no more.
// Algorithm: a shallow hash names other types by name; then strongly connected components (Tarjan,
// with an explicit stack) are hashed after the components that they reach.
import Base

/// The hash of each type of `module`, in the order of its table.
func typeHashes(of module: MIRModule) -> [Hash128] {
  var hasher = TypeHasher(module)
  return hasher.run()
}

private struct TypeHasher {
  let module: MIRModule
  private var shallow: [Hash128] = []
  private var order: [Int32]
  private var low: [Int32]
  private var component: [Int32]
  private var componentHashes: [Hash128] = []
  private var open: [Int] = []
  private var next: Int32 = 0

  init(_ module: MIRModule) {
    self.module = module
    let count = module.types.count
    order = Array(repeating: -1, count: count)
    low = Array(repeating: 0, count: count)
    component = Array(repeating: -1, count: count)
    shallow = module.types.elements.map { shallowHash(of: $0) }
  }

  mutating func run() -> [Hash128] {
    for root in shallow.indices where order[root] < 0 { visit(root) }
    return shallow.indices.map { type in
      var builder = HashBuilder()
      builder.add(shallow[type])
      builder.add(componentHashes[Int(component[type])])
      return builder.finish()
    }
  }

  private mutating func visit(_ root: Int) {
    var stack = [(type: root, targets: targets(of: root)[...])]
    enter(root)
    while let top = stack.last {
      guard let target = top.targets.first else {
        stack.removeLast()
        if let parent = stack.last?.type { low[parent] = min(low[parent], low[top.type]) }
        if low[top.type] == order[top.type] { close(top.type) }
        continue
      }
      stack[stack.count - 1].targets.removeFirst()
      if order[target] < 0 {
        enter(target)
        stack.append((target, targets(of: target)[...]))
      } else if component[target] < 0 {
        low[top.type] = min(low[top.type], order[target])
      }
    }
  }

  private mutating func enter(_ type: Int) {
    order[type] = next
    low[type] = next
    next += 1
    open.append(type)
  }

  /// The component whose first member is `type` is complete: everything above it on `open`.
  private mutating func close(_ type: Int) {
    var members: [Int] = []
    repeat { members.append(open.removeLast()) } while members.last != type
    for member in members { component[member] = Int32(componentHashes.count) }
    var reached: Set<Hash128> = []
    for member in members {
      for target in targets(of: member) where component[target] != component[member] {
        reached.insert(shallow[target])
        reached.insert(componentHashes[Int(component[target])])
      }
    }
    var builder = HashBuilder()
    for hash in members.map({ shallow[$0] }).sorted() { builder.add(hash) }
    builder.add(reached.count)
    for hash in reached.sorted() { builder.add(hash) }
    componentHashes.append(builder.finish())
  }

  private func targets(of type: Int) -> [Int] {
    let found: [MIRTypeID]
    switch module.types.elements[type].kind {
    case .void, .never, .bool, .int, .float, .char: found = []
    case .pointer(let pointee): found = [pointee]
    case .function(let id):
      guard id.index < module.signatures.count else { return [] }
      let signature = module.signatures[id]
      found = [signature.result] + signature.parameters.map(\.type)
    case .array(let element, _): found = [element]
    case .aggregate(let fields): found = fields.map(\.type)
    case .enumeration(let tag, let variants):
      found = [tag] + variants.flatMap { $0.fields.map(\.type) }
    }
    return found.map(\.index).filter { $0 < module.types.count }
  }

  private func name(_ type: MIRTypeID) -> String {
    type.index < module.types.count ? module.types[type].name : ""
  }

  private func symbol(_ id: FunctionRefID) -> String {
    id.index < module.functionRefs.count ? module.functionRefs[id].symbol : ""
  }

  private func add(_ fields: [MIRField], to builder: inout HashBuilder) {
    builder.add(fields.count)
    for field in fields {
      builder.add(field.name)
      builder.add(name(field.type))
      builder.add(Int(field.offset))
    }
  }

  private func shallowHash(of type: MIRTypeInfo) -> Hash128 {
    var builder = HashBuilder()
    builder.add(type.name)
    builder.add(Int(type.size))
    builder.add(Int(type.alignment))
    builder.add(Int(type.ownership.rawValue))
    builder.add(type.hasDestructor)
    builder.add(type.mustConsume)
    builder.add(symbol(type.dropGlue))
    builder.add(symbol(type.copyGlue))
    switch type.kind {
    case .void: builder.add(0)
    case .never: builder.add(1)
    case .bool: builder.add(2)
    case .int(let bits, let signed): builder.add(0x300 | Int(bits) << 16 | (signed ? 1 : 0))
    case .float(let bits): builder.add(0x400 | Int(bits) << 16)
    case .char: builder.add(5)
    case .pointer(let pointee):
      builder.add(6)
      builder.add(name(pointee))
    case .function(let id):
      builder.add(7)
      guard id.index < module.signatures.count else { break }
      add(module.signatures[id], to: &builder)
    case .array(let element, let count):
      builder.add(8)
      builder.add(name(element))
      builder.add(Int(count))
    case .aggregate(let fields):
      builder.add(9)
      add(fields, to: &builder)
    case .enumeration(let tag, let variants):
      builder.add(10)
      builder.add(name(tag))
      for variant in variants {
        builder.add(variant.name)
        builder.add(Int(variant.discriminant))
        add(variant.fields, to: &builder)
      }
    }
    return builder.finish()
  }

  private func add(_ signature: MIRSignature, to builder: inout HashBuilder) {
    builder.add(name(signature.result))
    builder.add(signature.hasEnvironment)
    builder.add(signature.hasDestination)
    for parameter in signature.parameters {
      builder.add(name(parameter.type))
      builder.add(Int(parameter.mode.rawValue))
    }
  }
}
