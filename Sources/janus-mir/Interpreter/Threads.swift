// Threads of interpreted programs. Each is a thread of the operating system with a frame stack of
// its own, but only one of them interprets at a time: the one whose turn it is. The turn changes
// hands around calls of the runtime that may wait for another thread or for the world.
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whose turn it is to interpret: in the order of asking.
final class Turns {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var next: UInt64 = 0
  private var serving: UInt64 = 0

  init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  func take() {
    pthread_mutex_lock(lock)
    let own = next
    next += 1
    while serving != own { pthread_cond_wait(changed, lock) }
    pthread_mutex_unlock(lock)
  }

  func pass() {
    pthread_mutex_lock(lock)
    serving += 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }
}

/// What a new thread is to run.
private final class ThreadStart {
  let interpreter: Interpreter
  let body: UnsafeMutablePointer<FunctionRecord>
  let environment: Int64
  init(
    _ interpreter: Interpreter, _ body: UnsafeMutablePointer<FunctionRecord>, _ environment: Int64
  ) {
    self.interpreter = interpreter
    self.body = body
    self.environment = environment
  }
}

/// Runtime functions during which other threads may run.
private let waitingFunctions: Set<String> = [
  "janus_thread_join", "janus_thread_yield", "janus_monitor_enter", "janus_monitor_wait",
  "janus_sleep", "janus_poll", "janus_process_wait", "janus_tcp_connect", "janus_socket_accept",
  "janus_socket_receive", "janus_socket_send_to", "janus_file_read", "janus_file_write",
  "janus_read_line", "janus_read_input",
]

func mayWait(_ name: String) -> Bool { waitingFunctions.contains(name) }

extension Interpreter {
  /// `janus_thread_start(body, environment)`.
  func startThread(_ frame: UnsafeMutableRawPointer) -> Outcome {
    let slot = Int(slotSize)
    guard
      let body = frame.load(
        fromByteOffset: slot, as: UnsafeMutablePointer<FunctionRecord>?.self),
      let address = runtime?.symbol("janus_thread_start")
    else { return .unsupported("a thread cannot be started") }
    if turns == nil {
      let new = Turns()
      new.take()
      turns = new
    }
    let start = ThreadStart(
      self, body, frame.load(fromByteOffset: 2 * slot, as: Int64.self))
    typealias Body = @convention(c) (UnsafeMutableRawPointer?) -> Void
    typealias Start =
      @convention(c) (Body, UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
    let held = Unmanaged.passRetained(start)
    let thread = unsafeBitCast(address, to: Start.self)(
      { argument in
        guard let argument else { return }
        let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        start.interpreter.runThread(start.body, start.environment)
      }, held.toOpaque())
    if thread == nil { held.release() }
    frame.storeBytes(of: thread, as: UnsafeMutableRawPointer?.self)
    return .returned
  }

  fileprivate func runThread(
    _ body: UnsafeMutablePointer<FunctionRecord>, _ environment: Int64
  ) {
    turns?.take()
    stack = FrameStack(shadow?.memory)
    (isPanicking, lastPanic, overflowing) = (false, nil, nil)
    let outcome = call(body, argumentsSize: 32) {
      $0.storeBytes(of: environment, toByteOffset: Int(slotSize), as: Int64.self)
    } result: { _ in
    }
    switch outcome {
    case .returned, .stepLimit: break
    case .panicked: noteFailure(Int32(lastPanic?.kind.rawValue ?? 4))
    case .stackOverflow: exit(reportStackOverflow())
    case .unsupported(let reason):
      writeError("a thread cannot be interpreted: \(reason)\n")
      exit(1)
    case .faulted(let fault): endWithFault(fault)
    }
    turns?.pass()
  }

  private func noteFailure(_ code: Int32) {
    guard let address = runtime?.symbol("janus_thread_fail") else { return }
    unsafeBitCast(address, to: (@convention(c) (Int32) -> Void).self)(code)
  }

  /// Calls C; while it may wait, it is the turn of others.
  func callOutside(_ function: ForeignFunction, _ frame: UnsafeMutableRawPointer) {
    guard function.mayWait, let turns else { return callForeign(function, frame) }
    let own = (stack, isPanicking, lastPanic, overflowing)
    turns.pass()
    callForeign(function, frame)
    turns.take()
    (stack, isPanicking, lastPanic, overflowing) = own
  }
}
