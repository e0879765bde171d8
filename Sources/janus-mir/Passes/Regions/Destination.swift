// Where memory is wanted: what the pass in Destinations.swift computes for every value.
import Base
import MIR

/// An allocator, as seen from inside one function.
enum Destination: Hashable, BitwiseCopyable {
  /// No path uses the value: whatever is easiest.
  case any
  case heap
  /// The allocator that the hidden parameter names.
  case caller
  /// The region that a pointer local names.
  case region(LocalID)
  /// The allocator of what parameter `n` is, or of what its elements own.
  case shell(Int32)
  case contents(Int32)

  /// What serves both: the same, or the heap.
  mutating func meet(_ other: Destination) {
    if self == .any {
      self = other
    } else if other != .any, self != other {
      self = .heap
    }
  }
}

/// Where the memory of one value is wanted. The shell is what the value's own bytes point to; the
/// contents are what the elements in it own.
struct Wanted: Equatable, BitwiseCopyable {
  var shell: Destination
  var contents: Destination

  init(_ shell: Destination, _ contents: Destination) {
    self.shell = shell
    self.contents = contents
  }

  init(_ both: Destination) { self.init(both, both) }

  static let any = Wanted(.any)
  static let heap = Wanted(.heap)

  mutating func meet(_ other: Wanted) {
    shell.meet(other.shell)
    contents.meet(other.contents)
  }

  /// Where something must be that is wanted in both places.
  var both: Destination {
    var result = shell
    result.meet(contents)
    return result
  }
}

/// What callers need to know of a function.
struct DestinationSummary {
  /// For each parameter of the signature: where its value goes, in terms of the function itself.
  /// A parameter that keeps what it has wants `shell` and `contents` of itself.
  var parameters: [Wanted]
  /// It writes values that own memory behind pointers. One that does not makes empty containers.
  var fills: Bool
}

/// What the pass knows of types.
struct DestinationTypes {
  let shapes: MIRShapes
  /// The variant of a result type whose payload is an error.
  let errorVariants: [MIRTypeID: UInt32]
  private let contents: ContiguousArray<Bool>

  init(_ module: MIRModule, _ shapes: MIRShapes) {
    self.shapes = shapes
    errorVariants = module.errorVariants
    var known = ContiguousArray(repeating: false, count: shapes.count)
    // Types contain earlier and later ones, but never themselves: a few rounds settle all.
    var changed = true
    while changed {
      changed = false
      for index in 0..<shapes.count where !known[index] {
        if DestinationTypes.reaches(shapes.shapes[index], shapes, known) {
          known[index] = true
          changed = true
        }
      }
    }
    contents = known
  }

  func owns(_ type: MIRTypeID) -> Bool { !shapes[type].isTrivial }

  /// Elements of values of the type may own memory themselves.
  func hasContents(_ type: MIRTypeID) -> Bool { contents[type.index] }

  /// A pointer to values; what an opaque pointer leads to is nobody's value.
  func isValuePointer(_ type: MIRTypeID) -> Bool {
    let shape = shapes[type]
    return shape.kind == .pointer && shapes[shape.element].kind != .void
  }

  private static func reaches(
    _ shape: MIRShape, _ shapes: MIRShapes, _ known: ContiguousArray<Bool>
  ) -> Bool {
    func part(_ type: MIRTypeID) -> Bool {
      let inner = shapes[type]
      return inner.kind == .pointer ? !shapes[inner.element].isTrivial : known[type.index]
    }
    switch shape.kind {
    case .void, .never, .bool, .int, .float, .char, .pointer: return false
    case .function: return true
    case .array: return part(shape.element)
    case .aggregate:
      return (0..<Int(shape.count)).contains { part(shapes.field($0, first: shape.first).type) }
    case .enumeration:
      return (0..<Int(shape.count)).contains { index in
        let variant = shapes.variant(index, of: shape)
        return (0..<Int(variant.count)).contains {
          part(shapes.field($0, first: variant.first).type)
        }
      }
    }
  }
}
