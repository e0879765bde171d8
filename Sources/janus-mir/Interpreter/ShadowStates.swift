// For each byte that an interpreted program can own, whether it holds a value. What lies outside of
// the range (memory of C) is not followed. A plain value, so that looking at a byte counts nothing.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What one byte holds: the low three bits. The others count who has it lent.
enum ShadowState {
  static let uninitialised: UInt8 = 0
  static let initialised: UInt8 = 1
  static let moved: UInt8 = 2
  static let dropped: UInt8 = 3
  /// Memory that was given back, and memory that never was an allocation.
  static let freed: UInt8 = 4
  static let outside: UInt8 = 5
  /// Of an alias: the place that it names was changed.
  static let stale: UInt8 = 6
  static let mask: UInt8 = 7
  static let loan: UInt8 = 8
  static let mostLoans: UInt8 = 31
}

/// What a program did that no program may do; `address` is the first byte concerned.
struct ShadowProblem: Error {
  enum Kind {
    case reads, writes, drops, moves, lends, writesLent, freesTwice, freesUnknown, freesWrongSize
  }
  var kind: Kind
  var address: UInt
  /// The state that was found there.
  var state: UInt8 = ShadowState.uninitialised
}

/// What happens to a place when the call that `depth` belongs to is over, however it ends.
struct ShadowEnd: BitwiseCopyable {
  enum Effect: UInt8, BitwiseCopyable { case becomesMoved, becomesDropped, returnsLoan }
  var effect: Effect
  /// How many calls were below; what is due when fewer are left.
  var depth: Int
  var address: UInt
  var count: Int
  /// The slot of the alias that a `bind` filled, or 0.
  var alias: UInt = 0
  /// The call has begun.
  var hasBegun = false
}

struct ShadowStates: BitwiseCopyable {
  let base: UInt
  /// From a byte to its state, and the size of the range.
  let distance: Int

  @inline(__always) func contains(_ address: UInt) -> Bool {
    address &- base < UInt(bitPattern: distance)
  }

  /// The states of the bytes from `address` on, which the range contains.
  @inline(__always) func at(_ address: UInt) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutablePointer(bitPattern: address &+ UInt(bitPattern: distance)).unsafelyUnwrapped
  }

  /// Gives all bytes a state, and takes back what is lent of them.
  func mark(_ address: UInt, _ count: Int, _ state: UInt8) {
    guard count > 0, contains(address) else { return }
    memset(at(address), Int32(state), count)
  }

  /// Holds values that nobody may change.
  func markConstant(_ address: UInt, _ count: Int) {
    mark(address, count, ShadowState.initialised | ShadowState.mostLoans * ShadowState.loan)
  }

  /// The bytes must hold values.
  @inline(__always)
  func use(_ address: UInt, _ count: Int) throws(ShadowProblem) {
    guard contains(address) else { return }
    let states = at(address)
    if count == 8, ShadowStates.eight(states) == 0x0101_0101_0101_0101 { return }
    var i = 0
    while i < count {
      let state = states[i] & ShadowState.mask
      if state != ShadowState.initialised {
        throw ShadowProblem(kind: .reads, address: address + UInt(i), state: state)
      }
      i += 1
    }
  }

  @inline(__always) private func isUnreachable(_ state: UInt8) -> Bool {
    let state = state & ShadowState.mask
    return state == ShadowState.freed || state == ShadowState.outside
  }

  /// The bytes must be memory of the program.
  @inline(__always)
  func access(_ address: UInt, _ count: Int) throws(ShadowProblem) {
    guard contains(address) else { return }
    let states = at(address)
    var i = 0
    while i < count {
      if isUnreachable(states[i]) {
        throw ShadowProblem(
          kind: .reads, address: address + UInt(i), state: states[i] & ShadowState.mask)
      }
      i += 1
    }
  }

  /// The bytes must be memory of the program that nobody has lent.
  @inline(__always)
  func change(_ address: UInt, _ count: Int) throws(ShadowProblem) {
    guard contains(address) else { return }
    let states = at(address)
    var i = 0
    while i < count {
      let state = states[i]
      if state >= ShadowState.loan || isUnreachable(state) {
        throw ShadowProblem(
          kind: isUnreachable(state) ? .writes : .writesLent, address: address + UInt(i),
          state: state & ShadowState.mask)
      }
      i += 1
    }
  }

  /// Some byte must hold a value, for a value of a type that owns something is there.
  func expectValue(
    _ address: UInt, _ count: Int, _ kind: ShadowProblem.Kind
  ) throws(ShadowProblem) {
    guard count > 0, contains(address) else { return }
    let states = at(address)
    for i in 0..<count where states[i] & ShadowState.mask == ShadowState.initialised { return }
    throw ShadowProblem(kind: kind, address: address, state: states[0] & ShadowState.mask)
  }

  /// The states of `count` bytes go along with the bytes; those of a move stay behind as moved.
  func transfer(
    from source: UInt, to target: UInt, _ count: Int, isMove: Bool
  ) throws(ShadowProblem) {
    guard count > 0 else { return }
    if count == 8, !isMove, transferEight(from: source, to: target) { return }
    try access(source, count)
    try change(target, count)
    let fromStates = contains(source) ? at(source) : nil
    guard contains(target) else {
      if isMove { mark(source, count, ShadowState.moved) }
      return
    }
    guard let fromStates else { return mark(target, count, ShadowState.initialised) }
    let toStates = at(target)
    if fromStates < toStates {
      var i = count
      while i > 0 {
        i -= 1
        toStates[i] = take(fromStates + i, isMove)
      }
    } else {
      var i = 0
      while i < count {
        toStates[i] = take(fromStates + i, isMove)
        i += 1
      }
    }
  }

  @inline(__always)
  private func take(_ state: UnsafeMutablePointer<UInt8>, _ isMove: Bool) -> UInt8 {
    let found = state.pointee & ShadowState.mask
    if isMove { state.pointee = ShadowState.moved }
    return found
  }

  @inline(__always)
  private static func eight(_ states: UnsafeMutablePointer<UInt8>) -> UInt64 {
    UnsafeRawPointer(states).loadUnaligned(as: UInt64.self)
  }

  /// What `transfer` does with eight bytes that nothing is wrong with; false for all others.
  @inline(__always)
  private func transferEight(from source: UInt, to target: UInt) -> Bool {
    guard contains(source), contains(target) else { return false }
    let found = ShadowStates.eight(at(source))
    // No byte is unreachable or stale; none of the target's is lent either.
    guard found & 0x0404_0404_0404_0404 == 0,
      ShadowStates.eight(at(target)) & 0xFCFC_FCFC_FCFC_FCFC == 0
    else { return false }
    UnsafeMutableRawPointer(at(target)).storeBytes(
      of: found & 0x0707_0707_0707_0707, as: UInt64.self)
    return true
  }

  // MARK: Loans

  /// Counts a loan of the bytes; false when there are too many to count.
  func lend(_ address: UInt, _ count: Int) -> Bool {
    guard count > 0, contains(address) else { return false }
    let states = at(address)
    var i = 0
    while i < count {
      if states[i] / ShadowState.loan == ShadowState.mostLoans { return false }
      i += 1
    }
    while i > 0 {
      i -= 1
      states[i] += ShadowState.loan
    }
    return true
  }

  func returnLoan(_ address: UInt, _ count: Int) {
    let states = at(address)
    var i = 0
    while i < count {
      if states[i] >= ShadowState.loan { states[i] -= ShadowState.loan }
      i += 1
    }
  }
}
