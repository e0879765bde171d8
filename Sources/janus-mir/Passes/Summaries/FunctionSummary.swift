// What callers may rely on of one function, without looking at its body.
// Parameters are numbered as in the signature: the environment of a closure first.
import MIR

/// Where memory came from, in terms of a function's parameters.
struct MemoryOrigins {
  /// Parameters whose memory is there itself: the same bits, an address into it, a view of it.
  var shared = NumberSet()
  /// Parameters of which logical copies, or copies of their parts, are there.
  var copied = NumberSet()
  /// Memory of a static itself.
  var isOfStatic = false
  /// It may be any memory.
  var isUnknown = false

  /// New memory, or none.
  var isFresh: Bool { shared.isEmpty && copied.isEmpty && !isOfStatic && !isUnknown }

  /// Adds what `other` has; true when that changed something.
  mutating func formUnion(_ other: MemoryOrigins) -> Bool {
    var changed = shared.formUnion(other.shared)
    if copied.formUnion(other.copied) { changed = true }
    if other.isOfStatic, !isOfStatic { (isOfStatic, changed) = (true, true) }
    if other.isUnknown, !isUnknown { (isUnknown, changed) = (true, true) }
    return changed
  }
}

struct FunctionSummary {
  /// Of the memory that the result owns or points to.
  var result = MemoryOrigins()
  /// For each parameter: what is stored into it, or into what it leads to, besides what it held.
  var stored: [MemoryOrigins]
  var storedInStatics = MemoryOrigins()
  /// Parameters whose value, or memory that they lead to, may change.
  var changedParameters = NumberSet()
  var changedStatics = NumberSet()
  /// Function values among the parameters that may be called.
  var calledParameters = NumberSet()
  /// Other function values may be called.
  var callsUnknownCode = false

  /// Nothing is shared, changed or called.
  init(parameterCount: Int) {
    stored = Array(repeating: MemoryOrigins(), count: parameterCount)
  }

  /// Whatever a function of `signature` could do.
  init(anythingBy signature: MIRSignature, statics: Int) {
    self.init(parameterCount: signature.argumentCount)
    var everything = MemoryOrigins()
    everything.isUnknown = true
    for index in 0..<signature.argumentCount {
      everything.shared.insert(index)
      changedParameters.insert(index)
      calledParameters.insert(index)
    }
    result = everything
    storedInStatics = everything
    stored = Array(repeating: everything, count: stored.count)
    for index in 0..<statics { changedStatics.insert(index) }
    callsUnknownCode = true
  }

  /// Adds what `other` says; true when that changed something.
  mutating func formUnion(_ other: FunctionSummary) -> Bool {
    var changed = result.formUnion(other.result)
    for index in stored.indices where stored[index].formUnion(other.stored[index]) {
      changed = true
    }
    if storedInStatics.formUnion(other.storedInStatics) { changed = true }
    if changedParameters.formUnion(other.changedParameters) { changed = true }
    if changedStatics.formUnion(other.changedStatics) { changed = true }
    if calledParameters.formUnion(other.calledParameters) { changed = true }
    if other.callsUnknownCode, !callsUnknownCode { (callsUnknownCode, changed) = (true, true) }
    return changed
  }
}
