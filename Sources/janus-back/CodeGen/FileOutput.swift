// Writing a result so that nobody ever sees half of it.
import CLLVM
import Glibc

/// The file could not be written.
public struct OutputFailure: Error {
  public var path: String
  public var reason: String
}

/// Writes beside the target and renames. `-` is standard output.
func writeFile(_ buffer: LLVMMemoryBufferRef, to path: String) throws {
  let start = LLVMGetBufferStart(buffer)
  let count = LLVMGetBufferSize(buffer)
  if path == "-" {
    try writeAll(start, count, to: 1, path)
    return
  }
  if isDevice(path) {
    // Renaming would put a file in the place of the device or pipe.
    let file = open(path, O_WRONLY)
    guard file >= 0 else {
      throw OutputFailure(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(file) }
    try writeAll(start, count, to: file, path)
    return
  }
  let partial = "\(path).\(getpid()).partial"
  let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  guard file >= 0 else { throw OutputFailure(path: path, reason: String(cString: strerror(errno))) }
  do {
    try writeAll(start, count, to: file, path)
  } catch {
    close(file)
    unlink(partial)
    throw error
  }
  guard close(file) == 0, rename(partial, path) == 0 else {
    let reason = String(cString: strerror(errno))
    unlink(partial)
    throw OutputFailure(path: path, reason: reason)
  }
}

private func isDevice(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    && status.st_mode & S_IFMT != S_IFDIR
}

private func writeAll(
  _ start: UnsafePointer<CChar>?, _ count: Int, to file: Int32, _ path: String
) throws {
  var written = 0
  while written < count {
    let result = write(file, start! + written, count - written)
    if result < 0 {
      if errno == EINTR { continue }
      throw OutputFailure(path: path, reason: String(cString: strerror(errno)))
    }
    written += result
  }
}
