// Child processes: started with posix_spawn, fed and read without threads.
import CSystem
import Glibc

/// A program to start.
struct Command {
  enum Input {
    case nothing
    case bytes([UInt8])
    case file(String)
    /// A pipe that stays open, and empty, until `releaseInput`: the child waits for its end.
    case held
  }

  var executable: String
  var arguments: [String]
  /// The child's working directory; nil means ours.
  var directory: String?
  var input = Input.nothing
  /// Variables that differ from ours.
  var environment: [String: String] = [:]
  var timeout: Double?
  /// Output after so many bytes is thrown away and the child is ended.
  var outputLimit = 1 << 30

  /// As a person would type it in a shell.
  var shellText: String {
    var words = environment.sorted { $0.key < $1.key }.map {
      "\($0.key)=\(Command.quoted($0.value))"
    }
    words += ([executable] + arguments).map(Command.quoted)
    switch input {
    case .file(let path): words += ["<", Command.quoted(path)]
    case .held: words += ["<", "/dev/null"]
    case .nothing, .bytes: break
    }
    let line = words.joined(separator: " ")
    return directory.map { "(cd \(Command.quoted($0)) && \(line))" } ?? line
  }

  private static func quoted(_ word: String) -> String {
    let plain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        byte >= 0x80 || "./-_=:,@%+".utf8.contains(byte)
          || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      }
    return plain
      ? word
      : "'"
        + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
        + "'"
  }
}

/// How a child ended and what it wrote.
struct Outcome {
  enum End: Hashable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    case tooMuchOutput
    case notStarted(String)
  }

  var end: End
  var output: [UInt8] = []
  var errors: [UInt8] = []
  /// Seconds from start to end.
  var duration = 0.0

  var succeeded: Bool { end == .exited(0) }
  var outputText: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: errors, as: UTF8.self) }
}

extension Outcome.End: CustomStringConvertible {
  var description: String {
    switch self {
    case .exited(let status): "exited with \(status)"
    case .signalled(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    case .timedOut: "ran out of time"
    case .tooMuchOutput: "wrote too much"
    case .notStarted(let reason): "could not be started: \(reason)"
    }
  }
}

/// Seconds on a clock that never goes back.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A child that has been started.
final class ChildProcess {
  private(set) var outcome = Outcome(end: .exited(0))
  private let pid: pid_t
  private let started = now()
  private let deadline: Double
  private let outputLimit: Int
  private(set) var inputDescriptor: Int32 = -1
  private(set) var outputDescriptor: Int32 = -1
  private(set) var errorDescriptor: Int32 = -1
  private var pending: [UInt8] = []
  private var pendingStart = 0
  private var ended: Outcome.End?
  private var isHeld = false

  /// Starts `command`, or says why it cannot be.
  static func start(_ command: Command) -> Result<ChildProcess, SystemError> {
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    defer { for end in [input[0], output[1], errors[1]] where end >= 0 { close(end) } }
    func fail() -> Result<ChildProcess, SystemError> {
      let error = SystemError.last
      for end in [input[1], output[0], errors[0]] where end >= 0 { close(end) }
      return .failure(error)
    }
    var bytes: [UInt8] = []
    switch command.input {
    case .nothing: input[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)
    case .file(let path): input[0] = open(path, O_RDONLY | O_CLOEXEC)
    case .held:
      guard janus_pipe(&input) == 0 else { return fail() }
    case .bytes(let content):
      bytes = content
      guard janus_pipe(&input) == 0 else { return fail() }
      _ = fcntl(input[1], F_SETFL, O_NONBLOCK)
    }
    guard input[0] >= 0, janus_pipe(&output) == 0, janus_pipe(&errors) == 0 else { return fail() }
    for end in [output[0], errors[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    switch spawn(command, [input[0], output[1], errors[1]]) {
    case .failure(let error):
      errno = error.number
      return fail()
    case .success(let pid):
      let child = ChildProcess(
        pid: pid, timeout: command.timeout, outputLimit: command.outputLimit, pending: bytes)
      child.inputDescriptor = input[1]
      child.outputDescriptor = output[0]
      child.errorDescriptor = errors[0]
      if case .held = command.input { child.isHeld = true }
      if bytes.isEmpty, !child.isHeld { child.closeInput() }
      return .success(child)
    }
  }

  private init(pid: pid_t, timeout: Double?, outputLimit: Int, pending: [UInt8]) {
    self.pid = pid
    deadline = timeout.map { now() + $0 } ?? .infinity
    self.outputLimit = outputLimit
    self.pending = pending
  }

  private static func spawn(_ command: Command, _ streams: [Int32]) -> Result<pid_t, SystemError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let directory = command.directory {
      janus_spawn_in(&actions, directory)
    }
    for (target, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(target))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var pid = pid_t()
    let words = ([command.executable] + command.arguments).map { strdup($0) } + [nil]
    // A crash in a stage is reported by us; the tracer that Swift would start may hang.
    var changes = ["SWIFT_BACKTRACE": "enable=no"]
    changes.merge(command.environment) { $1 }
    let variables = environment(changing: changes).map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    let status = posix_spawn(&pid, command.executable, &actions, &attributes, words, variables)
    return status == 0 ? .success(pid) : .failure(SystemError(number: status))
  }

  private static func environment(changing changes: [String: String]) -> [String] {
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      let name = String(text.prefix { $0 != "=" })
      if changes[name] == nil { variables.append(text) }
      next += 1
    }
    return variables + changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Takes part in one round of `poll`: what to wait for.
  var interests: [pollfd] {
    var list: [pollfd] = []
    if inputDescriptor >= 0, !isHeld {
      list.append(pollfd(fd: inputDescriptor, events: Int16(POLLOUT), revents: 0))
    }
    if outputDescriptor >= 0 {
      list.append(pollfd(fd: outputDescriptor, events: Int16(POLLIN), revents: 0))
    }
    if errorDescriptor >= 0 {
      list.append(pollfd(fd: errorDescriptor, events: Int16(POLLIN), revents: 0))
    }
    return list
  }

  /// Moves what can be moved without waiting; true when the child has ended and all is read.
  func advance() -> Bool {
    feed()
    outputDescriptor = drain(outputDescriptor, into: &outcome.output)
    errorDescriptor = drain(errorDescriptor, into: &outcome.errors)
    if ended == nil {
      if now() > deadline { stop(.timedOut) }
      if outcome.output.count + outcome.errors.count > outputLimit { stop(.tooMuchOutput) }
    }
    var status: Int32 = 0
    let result = waitpid(pid, &status, WNOHANG)
    guard result != 0 else { return false }
    // What the child wrote before it ended is in the pipes by now; a grandchild may keep them open.
    outputDescriptor = drain(outputDescriptor, into: &outcome.output)
    errorDescriptor = drain(errorDescriptor, into: &outcome.errors)
    for descriptor in [inputDescriptor, outputDescriptor, errorDescriptor] where descriptor >= 0 {
      close(descriptor)
    }
    outcome.duration = now() - started
    let signal = status & 0x7F
    outcome.end = ended ?? (signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal))
    return true
  }

  /// Lets a child that was started with held input go on.
  func releaseInput() {
    isHeld = false
    closeInput()
  }

  /// Ends a child whose work is not wanted any more.
  func cancel() { stop(.signalled(SIGKILL)) }

  /// True when nothing is left to read, so that only the end of the child is awaited.
  var isSilent: Bool { outputDescriptor < 0 && errorDescriptor < 0 }

  private func stop(_ reason: Outcome.End) {
    ended = reason
    kill(pid, SIGKILL)
  }

  private func feed() {
    guard inputDescriptor >= 0, !isHeld else { return }
    while pendingStart < pending.count {
      let count = pending.withUnsafeBytes {
        write(inputDescriptor, $0.baseAddress! + pendingStart, pending.count - pendingStart)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { return }
      // The reader has gone away: the rest is not wanted.
      guard count > 0 else { break }
      pendingStart += count
    }
    closeInput()
  }

  private func closeInput() {
    if inputDescriptor >= 0 { close(inputDescriptor) }
    inputDescriptor = -1
  }

  /// Reads what is there; returns the descriptor, or -1 when its other end is closed.
  private func drain(_ descriptor: Int32, into bytes: inout [UInt8]) -> Int32 {
    guard descriptor >= 0 else { return -1 }
    return withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress!, buffer.count)
        if count > 0 {
          if bytes.count <= outputLimit { bytes.append(contentsOf: buffer[..<count]) }
          if now() > deadline || bytes.count > outputLimit { return descriptor }
        } else if count < 0 && errno == EINTR {
          continue
        } else if count < 0 && errno == EAGAIN {
          return descriptor
        } else {
          close(descriptor)
          return -1
        }
      }
    }
  }
}
