// The memory of a program that runs with shadow state: frames, statics and the heap stand in one
// range of addresses; the states of their bytes (ShadowStates.swift) stand in a second one, at a
// fixed distance. Pages come from the operating system when they are touched.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where they stand, and who has which part.
final class ShadowMemory {
  let states: ShadowStates
  /// The heap grows up to here, frames and statics down to here.
  var heapTop: UInt
  private var reservedBottom: UInt
  private var freeReservations: [Int: [UInt]] = [:]

  private static let size = 32 << 30

  init?() {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard
      let memory = mmap(nil, 2 * ShadowMemory.size, PROT_READ | PROT_WRITE, flags, -1, 0),
      memory != MAP_FAILED
    else { return nil }
    states = ShadowStates(base: UInt(bitPattern: memory), distance: ShadowMemory.size)
    heapTop = states.base
    reservedBottom = heapTop + UInt(ShadowMemory.size)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: states.base), 2 * ShadowMemory.size)
  }

  /// Zeroed memory for frames or statics.
  func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
    let size = (size + 4095) & ~4095
    if let old = freeReservations[size]?.popLast() {
      return UnsafeMutableRawPointer(bitPattern: old)
    }
    guard UInt(size) < reservedBottom - heapTop else { return nil }
    reservedBottom -= UInt(size)
    return UnsafeMutableRawPointer(bitPattern: reservedBottom)
  }

  func giveBack(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    let size = (size + 4095) & ~4095
    madvise(memory, size, MADV_DONTNEED)
    madvise(memory + states.distance, size, MADV_DONTNEED)
    freeReservations[size, default: []].append(UInt(bitPattern: memory))
  }

  /// Room at the top of the heap that no allocation has; nil when there is none.
  func growHeap(_ size: Int) -> UInt? {
    guard UInt(size) < reservedBottom - heapTop else { return nil }
    defer { heapTop += UInt(size) }
    states.mark(heapTop, size, ShadowState.outside)
    return heapTop
  }
}
