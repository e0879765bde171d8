// Runs up to a number of children at once. One loop, no threads: what follows a child's end is a
// closure, which may add more children.
import Glibc

final class ProcessPool {
  private let limit: Int
  private var waiting: [(command: Command, then: (Outcome) -> Void)] = []
  private var nextWaiting = 0
  private var running: [(child: ChildProcess, then: (Outcome) -> Void)] = []
  /// How many children were started.
  private(set) var startedCount = 0

  init(limit: Int) {
    self.limit = max(1, limit)
    // A child that closes its input early must not end us.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Runs `command` when there is room, then calls `then`.
  func add(_ command: Command, then: @escaping (Outcome) -> Void) {
    waiting.append((command, then))
  }

  /// Waits for a child that was started already.
  func adopt(_ child: ChildProcess, then: @escaping (Outcome) -> Void) {
    running.append((child, then))
  }

  /// Returns when no child is left.
  func runUntilEmpty() {
    while true {
      startWaiting()
      guard !running.isEmpty else { return }
      waitForNews()
      var index = 0
      while index < running.count {
        if running[index].child.advance() {
          let (child, then) = running.remove(at: index)
          then(child.outcome)
        } else {
          index += 1
        }
      }
    }
  }

  private func startWaiting() {
    while running.count < limit, nextWaiting < waiting.count {
      let (command, then) = waiting[nextWaiting]
      nextWaiting += 1
      if nextWaiting > 1000 {
        waiting.removeFirst(nextWaiting)
        nextWaiting = 0
      }
      switch ChildProcess.start(command) {
      case .success(let child):
        startedCount += 1
        running.append((child, then))
      case .failure(let error): then(Outcome(end: .notStarted(error.reason)))
      }
    }
  }

  private func waitForNews() {
    var descriptors = running.flatMap { $0.child.interests }
    // A child that closed its pipes is about to end: look again soon. Otherwise wait for a pipe,
    // but not past deadlines, and not for ever if a grandchild keeps a pipe open.
    let someAreSilent = running.contains { $0.child.isSilent }
    if descriptors.isEmpty {
      usleep(200)
    } else {
      poll(&descriptors, nfds_t(descriptors.count), someAreSilent ? 1 : 50)
    }
  }
}

/// Runs one child to its end.
func run(_ command: Command) -> Outcome {
  let pool = ProcessPool(limit: 1)
  var result = Outcome(end: .exited(0))
  pool.add(command) { result = $0 }
  pool.runUntilEmpty()
  return result
}
