// Locks between processes: builds in one directory wait for each other, and a collection of the
// cache waits for no build.
import Glibc

/// A lock on a file that lasts as long as this value; the kernel gives it back however the process
/// ends.
final class FileLock {
  enum Kind { case shared, exclusive }
  private let descriptor: Int32

  /// Waits for the lock; `whenBusy` is called first, once, when another process holds it.
  init(_ path: String, _ kind: Kind, whenBusy: () -> Void = {}) throws(SystemError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .last }
    let operation = kind == .shared ? LOCK_SH : LOCK_EX
    if flock(descriptor, operation | LOCK_NB) == 0 { return }
    whenBusy()
    while flock(descriptor, operation) != 0 {
      if errno != EINTR { throw .last }
    }
  }

  /// Takes the exclusive lock if nobody holds it.
  init?(ifFree path: String) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
