// The memory of frames and of what calls must remember. Both are reserved once; the operating
// system gives pages when they are touched.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a call leaves behind for its return.
struct CallRecord: BitwiseCopyable {
  /// The call itself; execution continues behind it.
  var code: UnsafeMutablePointer<Code>
  var frame: UnsafeMutableRawPointer
  var record: UnsafeMutablePointer<FunctionRecord>
}

final class FrameStack {
  let frames: UnsafeMutableRawPointer
  let framesEnd: UnsafeMutableRawPointer
  let calls: UnsafeMutablePointer<CallRecord>
  let callLimit: Int
  /// Where the next execution may put its first frame and call.
  var frameTop: UnsafeMutableRawPointer
  var callTop = 0
  /// What is due when calls are over, the innermost last.
  var shadowEnds: ContiguousArray<ShadowEnd> = []
  private let shadow: ShadowMemory?

  private static let frameBytes = 256 << 20
  private static let callCount = 2 << 20

  /// With `shadow`, the frames stand in its memory.
  init(_ shadow: ShadowMemory?) {
    self.shadow = shadow
    frames = shadow?.reserve(FrameStack.frameBytes) ?? FrameStack.reserve(FrameStack.frameBytes)
    framesEnd = frames + FrameStack.frameBytes
    callLimit = FrameStack.callCount
    calls = FrameStack.reserve(FrameStack.callCount * MemoryLayout<CallRecord>.stride)
      .bindMemory(to: CallRecord.self, capacity: FrameStack.callCount)
    frameTop = frames
  }

  deinit {
    if let shadow {
      shadow.giveBack(frames, FrameStack.frameBytes)
    } else {
      munmap(frames, FrameStack.frameBytes)
    }
    munmap(calls, FrameStack.callCount * MemoryLayout<CallRecord>.stride)
  }

  private static func reserve(_ size: Int) -> UnsafeMutableRawPointer {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED
    else { fatalError("no address space for the interpreter's stack") }
    return memory
  }
}
