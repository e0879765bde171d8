// MIR to code, once for each function that is called: frames, blocks, jumps. Places are in
// DecodePlaces.swift, instructions in DecodeInstructions.swift, calls in DecodeCalls.swift.
import Base
import MIR

/// Why a function cannot be interpreted; only sizes beyond 31 bits and damage.
struct DecodingFailure: Error {
  var message: String
}

struct Decoder {
  let interpreter: Interpreter
  let shapes: MIRShapes
  let function: MIRFunction
  let record: UnsafeMutablePointer<FunctionRecord>
  var code: ContiguousArray<Code> = []
  var sites: ContiguousArray<Site> = []
  /// Offset of each local's bytes, or of the slot that holds its address.
  var offsets: ContiguousArray<Int32> = []
  var isByAddress: ContiguousArray<Bool> = []
  /// Where locals end; temporaries stand above and are free again after each instruction.
  private(set) var localsEnd: Int32 = 0
  private var temporaryTop: Int32 = 0
  private var frameEnd: Int32 = 0
  private var blockStarts: ContiguousArray<Int32> = []
  /// Codes whose `x` or `y`, or switch table, name blocks until all starts are known.
  private var jumps: [Int] = []
  private var switches: [(code: Int, table: UnsafeMutablePointer<SwitchEntry>)] = []
  /// Codes whose `dst`, `a` or `x` lies in the callee's frame, which starts where this one ends.
  var intoCallee: [Int] = []
  var fromCallee: [Int] = []
  var calls: [Int] = []
  var location = MIRLocation.none
  var cleanup = BlockID.none

  init(_ interpreter: Interpreter, _ record: UnsafeMutablePointer<FunctionRecord>) {
    self.interpreter = interpreter
    self.shapes = interpreter.shapes
    self.function = interpreter.module.functions[record.pointee.function]
    self.record = record
  }

  /// Fills the record in.
  mutating func run() throws(DecodingFailure) {
    try layOutFrame()
    beginShadow()
    if function.attributes.contains(.tracksCaller) {
      let signature = interpreter.module.signatures[function.signature]
      record.pointee.placeOffset = offsets[signature.parameters.count]
    }
    for id in function.blocks.ids {
      blockStarts.append(Int32(code.count))
      try decodeBlock(id)
    }
    resolveJumps()
    let frameSize = (frameEnd + 63) & ~63
    for index in intoCallee { code[index].dst += frameSize }
    for index in fromCallee { code[index].a += frameSize }
    for index in calls { code[index].x = frameSize }
    endShadow(frameSize)
    let codeMemory = UnsafeMutablePointer<Code>.allocate(capacity: code.count)
    let siteMemory = UnsafeMutablePointer<Site>.allocate(capacity: code.count)
    for i in code.indices {
      (codeMemory + i).initialize(to: code[i])
      (siteMemory + i).initialize(to: sites[i])
    }
    record.pointee.frameSize = Int(frameSize)
    record.pointee.sites = siteMemory
    record.pointee.panicAborts = function.panicAborts
    record.pointee.code = codeMemory
  }

  // MARK: Frame

  mutating func layOutFrame() throws(DecodingFailure) {
    let signature = interpreter.module.signatures[function.signature]
    let fixed =
      1 + signature.parameters.count + (signature.hasEnvironment ? 1 : 0)
      + (signature.hasDestination ? 1 : 0)
    var end: Int64 = 0
    for (index, local) in function.locals.elements.enumerated() {
      let shape = shapes[local.type]
      let byAddress: Bool
      switch local.storage {
      case .stack, .lent, .hidden: byAddress = false
      case .result, .borrowedParameter, .ownedParameter: byAddress = !shape.isScalar
      case .inoutParameter, .alias: byAddress = true
      }
      let alignment = byAddress ? 8 : min(max(shape.alignment, 1), 16)
      if index < fixed {
        end = Int64(index) * Int64(slotSize)
      } else {
        end = (end + alignment - 1) & -alignment
      }
      offsets.append(try offset(end))
      isByAddress.append(byAddress)
      end += index < fixed ? Int64(slotSize) : byAddress ? 8 : shape.size
    }
    localsEnd = try offset((end + 15) & ~15)
    temporaryTop = localsEnd
    frameEnd = localsEnd
  }

  func offset(_ value: Int64) throws(DecodingFailure) -> Int32 {
    guard let small = Int32(exactly: value), small < 1 << 30, small > -(1 << 30) else {
      throw DecodingFailure(message: "the frame of `\(function.displayName)` is too large")
    }
    return small
  }

  /// Room for `size` bytes until the next instruction.
  mutating func temporary(_ size: Int64) throws(DecodingFailure) -> Int32 {
    let result = temporaryTop
    temporaryTop = try offset((Int64(temporaryTop) + size + 15) & ~15)
    frameEnd = max(frameEnd, temporaryTop)
    return result
  }

  // MARK: Code

  @discardableResult mutating func emit(_ new: Code) -> Int {
    if hasShadow, new.op.touchesMemory { append(Code(op: .shadow)) }
    return append(new)
  }

  /// `emit` without the shadow.
  @discardableResult mutating func append(_ new: Code) -> Int {
    code.append(new)
    // Until all blocks are decoded, a site names its cleanup by block.
    sites.append(
      Site(
        line: location.line + (location == .none ? 0 : function.baseLine), column: location.column,
        cleanup: cleanup.isNone ? -1 : Int32(cleanup.raw)))
    return code.count - 1
  }

  private mutating func decodeBlock(_ id: BlockID) throws(DecodingFailure) {
    let block = function.blocks[id]
    cleanup = block.cleanup
    for i in block.instructions.indices {
      location = block.locations[i]
      temporaryTop = localsEnd
      try decode(block.instructions[i])
    }
    location = block.terminatorLocation
    temporaryTop = localsEnd
    cleanup = block.terminator.cleanup
    try decode(block.terminator, in: id)
  }

  mutating func emitJump(_ new: Code) { jumps.append(emit(new)) }

  mutating func emitSwitch(_ new: Code, _ cases: ContiguousArray<SwitchCase>) {
    let table = UnsafeMutablePointer<SwitchEntry>.allocate(capacity: max(cases.count, 1))
    for (i, entry) in cases.sorted(by: { $0.value < $1.value }).enumerated() {
      (table + i).initialize(to: SwitchEntry(value: entry.value, distance: entry.target.index))
    }
    var new = new
    new.imm = Int64(Int(bitPattern: table))
    new.y = Int32(cases.count)
    switches.append((emit(new), table))
  }

  private mutating func resolveJumps() {
    for index in jumps {
      code[index].x = blockStarts[Int(code[index].x)] - Int32(index)
      if code[index].op == .branch {
        code[index].y = blockStarts[Int(code[index].y)] - Int32(index)
      }
    }
    for (index, table) in switches {
      for i in 0..<Int(code[index].y) {
        table[i].distance = Int(blockStarts[table[i].distance]) - index
      }
      if code[index].x >= 0 {
        code[index].x = blockStarts[Int(code[index].x)] - Int32(index)
      } else {
        // No case may be missing: a jump to itself's `unreachable`.
        code[index].x = 1
      }
    }
    for i in sites.indices where sites[i].cleanup >= 0 {
      sites[i].cleanup = blockStarts[Int(sites[i].cleanup)]
    }
  }
}
