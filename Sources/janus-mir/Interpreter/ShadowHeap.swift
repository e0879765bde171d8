// The heap of a program that runs with shadow state. Each allocation has room around it that is
// nobody's, and memory that was given back is not used again for long. The runtime still makes an
// allocation of the same size for each, so that its counts and its failures on demand stay.
/// Where a program asked for memory.
struct AllocationSite: BitwiseCopyable {
  var code: UnsafeMutablePointer<Code>
  var record: UnsafeMutablePointer<FunctionRecord>
}

final class ShadowHeap {
  /// What stands before each allocation.
  private struct Header: BitwiseCopyable {
    /// The runtime's allocation.
    var counted: UnsafeMutablePointer<UInt8>?
    var size: Int
    /// Bytes from the address to the end of the room for it.
    var room: Int
    var isLive: Bool
    var site: AllocationSite
  }

  private typealias Allocate = @convention(c) (Int64, Int64) -> UnsafeMutablePointer<UInt8>?
  private typealias Reallocate =
    @convention(c) (UnsafeMutablePointer<UInt8>?, Int64, Int64, Int64)
    -> UnsafeMutablePointer<UInt8>?
  private typealias Free = @convention(c) (UnsafeMutablePointer<UInt8>?, Int64, Int64) -> Void

  private typealias AllocateInRegion =
    @convention(c) (Int64, Int64, UnsafeMutableRawPointer?) -> UnsafeMutablePointer<UInt8>?

  private let memory: ShadowMemory
  private let allocateCounted: Allocate
  private let reallocateCounted: Reallocate
  private let freeCounted: Free
  private let allocateInRegion: AllocateInRegion
  /// The addresses of all allocations there ever were, in order.
  private var blocks: ContiguousArray<UInt> = []
  /// Freed blocks by their room, the oldest first from `next`.
  private var freed: [Int: (blocks: ContiguousArray<UInt>, next: Int)] = [:]
  private var freedBytes = 0

  private static let headerSize = UInt((MemoryLayout<Header>.stride + 15) & ~15)
  /// Freed memory beyond this is used again.
  private static let quarantine = 256 << 20

  init?(_ memory: ShadowMemory, _ runtime: RuntimeLibrary) {
    guard let allocate = runtime.symbol("janus_alloc"),
      let reallocate = runtime.symbol("janus_realloc"), let free = runtime.symbol("janus_free"),
      let region = runtime.symbol("janus_region_alloc")
    else { return nil }
    self.memory = memory
    allocateCounted = unsafeBitCast(allocate, to: Allocate.self)
    reallocateCounted = unsafeBitCast(reallocate, to: Reallocate.self)
    freeCounted = unsafeBitCast(free, to: Free.self)
    allocateInRegion = unsafeBitCast(region, to: AllocateInRegion.self)
  }

  // MARK: The runtime's functions

  /// `janus_alloc`.
  func allocate(_ size: Int, _ alignment: Int, at site: AllocationSite) -> UInt {
    guard let counted = allocateCounted(Int64(size), Int64(alignment)) else { return 0 }
    if size == 0 { return UInt(bitPattern: counted) }
    return place(size, alignment, counted, site)
  }

  /// `janus_free`.
  func free(_ address: UInt, _ size: Int, _ alignment: Int) throws(ShadowProblem) {
    guard size > 0, address != 0 else { return }
    guard memory.states.contains(address) else {
      return freeCounted(UnsafeMutablePointer(bitPattern: address), Int64(size), Int64(alignment))
    }
    let header = try liveHeader(address, size)
    freeCounted(header.pointee.counted, Int64(size), Int64(alignment))
    retire(address, header)
  }

  /// `janus_realloc`.
  func reallocate(
    _ address: UInt, from oldSize: Int, to newSize: Int, _ alignment: Int, at site: AllocationSite
  ) throws(ShadowProblem) -> UInt {
    if oldSize == 0 { return allocate(newSize, alignment, at: site) }
    guard memory.states.contains(address) else {
      return UInt(
        bitPattern: reallocateCounted(
          UnsafeMutablePointer(bitPattern: address), Int64(oldSize), Int64(newSize),
          Int64(alignment)))
    }
    let header = try liveHeader(address, oldSize)
    guard
      let counted = reallocateCounted(
        header.pointee.counted, Int64(oldSize), Int64(newSize), Int64(alignment))
    else { return 0 }
    if newSize == 0 {
      retire(address, header)
      return UInt(bitPattern: counted)
    }
    let new = place(newSize, alignment, counted, site)
    let kept = min(oldSize, newSize)
    UnsafeMutableRawPointer(bitPattern: new)!.copyMemory(
      from: UnsafeRawPointer(bitPattern: address)!, byteCount: kept)
    memory.states.at(new).update(from: memory.states.at(address), count: kept)
    retire(address, header)
    return new
  }

  /// `janus_region_realloc` of what is on this heap, into a region, which has no shadow state; nil
  /// for all other memory.
  func reallocate(
    _ address: UInt, from oldSize: Int, to newSize: Int, _ alignment: Int, inRegion region: Int
  ) throws(ShadowProblem) -> UInt? {
    guard oldSize > 0, memory.states.contains(address) else { return nil }
    let new = allocateInRegion(
      Int64(newSize), Int64(alignment), UnsafeMutableRawPointer(bitPattern: region))
    guard let new else { return 0 }
    UnsafeMutableRawPointer(new).copyMemory(
      from: UnsafeRawPointer(bitPattern: address)!, byteCount: min(oldSize, newSize))
    try free(address, oldSize, alignment)
    return UInt(bitPattern: new)
  }

  // MARK: Blocks

  private func header(_ address: UInt) -> UnsafeMutablePointer<Header> {
    UnsafeMutablePointer(bitPattern: address - ShadowHeap.headerSize)!
  }

  private func place(
    _ size: Int, _ alignment: Int, _ counted: UnsafeMutablePointer<UInt8>, _ site: AllocationSite
  ) -> UInt {
    // At least 16 bytes behind belong to nobody.
    let room = (size + 16 + 15) & ~15
    guard let address = reuse(room, alignment) ?? grow(room, alignment) else {
      fatalError("no address space for the heap of a program with shadow state")
    }
    header(address).initialize(
      to: Header(counted: counted, size: size, room: room, isLive: true, site: site))
    memory.states.mark(address, size, ShadowState.uninitialised)
    return address
  }

  private func reuse(_ room: Int, _ alignment: Int) -> UInt? {
    guard freedBytes > ShadowHeap.quarantine, alignment <= 16, let list = freed[room],
      list.next < list.blocks.count
    else { return nil }
    freed[room]!.next += 1
    freedBytes -= room
    let address = list.blocks[list.next]
    memory.states.mark(address, room, ShadowState.outside)
    return address
  }

  private func grow(_ room: Int, _ alignment: Int) -> UInt? {
    let alignment = max(alignment, 16)
    guard
      let start = memory.growHeap(room + Int(ShadowHeap.headerSize) + alignment)
    else { return nil }
    let address =
      (start + ShadowHeap.headerSize + UInt(alignment) - 1) & ~(UInt(alignment) - 1)
    blocks.append(address)
    return address
  }

  private func liveHeader(
    _ address: UInt, _ size: Int
  ) throws(ShadowProblem) -> UnsafeMutablePointer<Header> {
    guard let index = block(around: address), blocks[index] == address else {
      throw ShadowProblem(kind: .freesUnknown, address: address)
    }
    let header = header(address)
    guard header.pointee.isLive else { throw ShadowProblem(kind: .freesTwice, address: address) }
    guard header.pointee.size == size else {
      throw ShadowProblem(kind: .freesWrongSize, address: address)
    }
    return header
  }

  private func retire(_ address: UInt, _ header: UnsafeMutablePointer<Header>) {
    header.pointee.isLive = false
    memory.states.mark(address, header.pointee.size, ShadowState.freed)
    let room = header.pointee.room
    freed[room, default: ([], 0)].blocks.append(address)
    freedBytes += room
  }

  /// The index of the last block that begins at or before `address`.
  private func block(around address: UInt) -> Int? {
    guard memory.states.contains(address), address < memory.heapTop else { return nil }
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  // MARK: Questions

  /// The allocation that `address` lies in or just behind.
  func allocation(around address: UInt) -> (start: UInt, size: Int, site: AllocationSite)? {
    guard let index = block(around: address) else { return nil }
    let header = header(blocks[index]).pointee
    return (blocks[index], header.size, header.site)
  }

  /// What was never given back: the first such allocation, and how many there are.
  var leaks: (first: UInt, count: Int)? {
    let live = blocks.lazy.filter { self.header($0).pointee.isLive }
    return live.first.map { ($0, live.count) }
  }
}
