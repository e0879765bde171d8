// Typed 32-bit IDs into arrays, and the arrays. Nothing in the compiler is a node object: a node is
// a small value in a `Table`, and everything else names it by its ID.

/// An index into one kind of table. `Tag` only keeps different kinds of IDs apart.
public struct ID<Tag>: Hashable, Comparable, BitwiseCopyable, Sendable {
  public let raw: UInt32

  @inlinable public init(_ raw: UInt32) { self.raw = raw }
  @inlinable public init(_ index: Int) { raw = UInt32(truncatingIfNeeded: index) }

  /// The absent ID: four bytes, no boxed optional.
  @inlinable public static var none: ID { ID(UInt32.max) }
  @inlinable public var isNone: Bool { raw == UInt32.max }
  @inlinable public var exists: Bool { raw != UInt32.max }
  @inlinable public var index: Int { Int(raw) }
  @inlinable public static func < (a: ID, b: ID) -> Bool { a.raw < b.raw }
}

/// An append-only array whose subscript takes its own kind of ID.
public struct Table<Tag, Element> {
  public var elements: ContiguousArray<Element> = []

  @inlinable public init() {}

  @inlinable public var count: Int { elements.count }
  @inlinable public var ids: LazyMapSequence<Range<Int>, ID<Tag>> {
    (0..<elements.count).lazy.map { ID<Tag>($0) }
  }

  @inlinable public subscript(id: ID<Tag>) -> Element {
    get { elements[Int(id.raw)] }
    _modify { yield &elements[Int(id.raw)] }
  }

  @inlinable public mutating func append(_ element: Element) -> ID<Tag> {
    elements.append(element)
    return ID(elements.count - 1)
  }
}

extension Table: Sendable where Element: Sendable {}
