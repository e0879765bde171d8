// The places whose values copies are made of, and what shares memory with them.
// Reads: a function. Produces: a `LentPaths`: a list of plain paths (a local, then fields and
// payloads, up to the first value that owns memory its fields do not show), and for each place the
// paths that it overlaps and the one that it is or lies in. Rejects: nothing.
// Assumes: a verified function. An alias that is bound once stands for what it is bound to.
import Base
import MIR

/// A local, then fields and payloads.
struct PlainPath: Hashable {
  var base: LocalID
  var projections: [Projection]
}

/// A place with its aliases followed.
struct ResolvedPlace {
  /// None for statics.
  var base: LocalID
  var projections: [Projection]
  /// How many of `projections` belong to the plain path.
  var plainCount: Int

  var isPlain: Bool { plainCount == projections.count }
  var isThroughPointer: Bool { projections.contains(.deref) }
  var path: PlainPath { PlainPath(base: base, projections: Array(projections[..<plainCount])) }
}

struct LentPaths {
  /// What is known of no memory in particular.
  static let unknown = 0

  let function: MIRFunction
  let shapes: MIRShapes
  /// The first stands for unknown memory.
  private(set) var paths: [PlainPath] = [PlainPath(base: .none, projections: [])]
  /// For each place of the function.
  private(set) var places: ContiguousArray<ResolvedPlace> = []
  /// For each place: the paths that share memory with it.
  private(set) var overlaps: ContiguousArray<NumberSet> = []
  /// For each place: the number of its plain path, or -1.
  private(set) var roots: ContiguousArray<Int> = []
  /// For each path: those that share memory with it.
  private(set) var overlapsOfPath: [NumberSet] = []
  private var numbers: [PlainPath: Int] = [:]
  private var pathsOfLocal: ContiguousArray<[Int]>
  /// What each alias that is bound once stands for.
  private let targets: ContiguousArray<PlaceID>

  init(_ function: MIRFunction, _ shapes: MIRShapes) {
    self.function = function
    self.shapes = shapes
    targets = aliasTargets(in: function)
    pathsOfLocal = ContiguousArray(repeating: [], count: function.locals.count)
    places.reserveCapacity(function.places.count)
    for id in function.places.ids { places.append(resolve(id)) }
    for place in places { roots.append(number(of: place)) }
    for place in places {
      overlaps.append(overlapping(place.base, place.projections))
    }
    overlapsOfPath = paths.map { overlapping($0.base, $0.projections) }
    overlapsOfPath[LentPaths.unknown].insert(LentPaths.unknown)
  }

  // MARK: Resolving

  private func resolve(_ id: PlaceID) -> ResolvedPlace {
    var projections = Array(function.projections(of: id))
    guard case .local(var base) = function.places[id].base else {
      return ResolvedPlace(base: .none, projections: projections, plainCount: 0)
    }
    while targets[base.index].exists {
      let target = targets[base.index]
      projections = Array(function.projections(of: target)) + projections
      guard case .local(let next) = function.places[target].base else {
        return ResolvedPlace(base: .none, projections: projections, plainCount: 0)
      }
      base = next
    }
    return ResolvedPlace(
      base: base, projections: projections, plainCount: plainCount(of: base, projections))
  }

  /// How many steps stay inside the local's own bytes and lead to what is a value by itself.
  private func plainCount(of base: LocalID, _ projections: [Projection]) -> Int {
    var type = function.locals[base].type
    var variant = -1
    for (i, projection) in projections.enumerated() {
      let shape = shapes[type]
      switch projection {
      case .deref, .index, .constantIndex: return i
      case .variant(let index): variant = Int(index)
      case .field(let index):
        if isOpaque(shape, shapes) { return variant < 0 ? i : i - 1 }
        let first = variant < 0 ? shape.first : shapes.variant(variant, of: shape).first
        type = shapes.field(Int(index), first: first).type
        variant = -1
      }
    }
    return variant < 0 ? projections.count : projections.count - 1
  }

  private mutating func number(of place: ResolvedPlace) -> Int {
    guard place.base.exists else { return -1 }
    let path = place.path
    if let known = numbers[path] { return known }
    numbers[path] = paths.count
    pathsOfLocal[path.base.index].append(paths.count)
    paths.append(path)
    return paths.count - 1
  }

  private func overlapping(_ base: LocalID, _ projections: [Projection]) -> NumberSet {
    var result = NumberSet()
    guard base.exists else { return result }
    for index in pathsOfLocal[base.index] {
      let other = paths[index].projections
      if zip(projections, other).allSatisfy({ mayMeet($0, $1) }) { result.insert(index) }
    }
    return result
  }

  private func mayMeet(_ a: Projection, _ b: Projection) -> Bool {
    switch (a, b) {
    case (.field(let i), .field(let j)), (.variant(let i), .variant(let j)),
      (.constantIndex(let i), .constantIndex(let j)):
      i == j
    case (.deref, _), (.index, _), (.field, _), (.variant, _), (.constantIndex, _): true
    }
  }

  /// The paths of a local.
  func numbers(of local: LocalID) -> NumberSet {
    var result = NumberSet()
    for index in pathsOfLocal[local.index] { result.insert(index) }
    return result
  }

  /// The paths that a write to `place` replaces as a whole.
  func covered(by place: PlaceID) -> NumberSet {
    var result = NumberSet()
    let written = places[place.index]
    guard written.base.exists, written.isPlain else { return result }
    for index in pathsOfLocal[written.base.index]
    where paths[index].projections.starts(with: written.projections) {
      result.insert(index)
    }
    return result
  }
}

/// For each local: the place that it stands for, when it is an alias that is bound once to a place
/// whose address does not change.
private func aliasTargets(in function: MIRFunction) -> ContiguousArray<PlaceID> {
  var targets = ContiguousArray(repeating: PlaceID.none, count: function.locals.count)
  var isAmbiguous = ContiguousArray(repeating: false, count: function.locals.count)
  for block in function.blocks.elements {
    for instruction in block.instructions where instruction.opcode == .bind {
      guard case .local(let alias) = function.places[instruction.dest].base else { continue }
      if targets[alias.index].exists { isAmbiguous[alias.index] = true }
      targets[alias.index] = instruction.a.placeID
      // A step through a pointer or an index may lead elsewhere later.
      for projection in function.projections(of: instruction.a.placeID) {
        switch projection {
        case .deref, .index: isAmbiguous[alias.index] = true
        case .field, .variant, .constantIndex: break
        }
      }
    }
  }
  for i in targets.indices where isAmbiguous[i] { targets[i] = .none }
  return targets
}
