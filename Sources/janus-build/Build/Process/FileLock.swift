// One build at a time in a directory: others wait for the lock file.
import Glibc

/// A lock that the kernel gives back when the process ends, however it ends.
struct FileLock: ~Copyable {
  private let descriptor: Int32

  /// Waits for the lock; `whenBusy` is called once when another process holds it.
  init(_ path: String, whenBusy: () -> Void) throws(SystemError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .last }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    whenBusy()
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .last }
    }
  }

  deinit { close(descriptor) }
}
