// `janus-front format`: brings source files into the standard form.
import ArgumentParser
import Base
import Format
import Glibc

struct FormatFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format", abstract: "Bring source files into the standard form.",
    discussion: """
      A file with errors is reported and left as it is. The exit code is 1 when there was one, or \
      when --check found a file that is not in the standard form.
      """)

  @Argument(help: "Source files.")
  var files: [String] = []
  @Flag(help: "Change nothing; name the files that are not in the standard form.")
  var check = false
  @Flag(help: "Read the source from standard input and write the result to standard output.")
  var stdin = false
  @Option(help: "How diagnostics are written: text or json.")
  var messageFormat = DiagnosticPrinter.Format.text

  func validate() throws {
    guard stdin != !files.isEmpty else {
      throw ValidationError("name source files, or say --stdin")
    }
  }

  func run() throws {
    var diagnostics = Diagnostics()
    var sources: [SourceFile] = []
    var isStandard = true
    for path in stdin ? ["/dev/stdin"] : files {
      switch readFile(path) {
      case .failure(let failure): diagnostics.report(.unreadable(path, failure.reason))
      case .success(let bytes):
        sources.append(SourceFile(path: stdin ? "<stdin>" : path, bytes: bytes))
        let id = SourceFileID(sources.count - 1)
        guard let text = format(sources[id.index], id: id, reporting: &diagnostics) else {
          continue
        }
        if stdin && !check {
          writeAll(Array(text), to: STDOUT_FILENO)
        } else if text != bytes {
          isStandard = isStandard && !check
          finish(path, text, reporting: &diagnostics)
        }
      }
    }
    DiagnosticPrinter(format: messageFormat).print(diagnostics, in: sources)
    if diagnostics.hasErrors || !isStandard { throw ExitCode(1) }
  }

  /// Writes the file, or names it.
  private func finish(
    _ path: String, _ text: ContiguousArray<UInt8>, reporting diagnostics: inout Diagnostics
  ) {
    if check {
      say(stdin ? "<stdin>" : path, "not-formatted", "not in the standard form")
      return
    }
    if let reason = replaceFile(path, text) {
      diagnostics.report(.unwritable(path, reason))
    } else {
      say(path, "formatted", "formatted")
    }
  }

  private func say(_ path: String, _ event: String, _ words: String) {
    switch messageFormat {
    case .json:
      DiagnosticPrinter(format: .json).message(
        .object([.init("event", .string(event)), .init("file", .string(path))]))
    case .text: writeAll("\(path): \(words)\n", to: STDERR_FILENO)
    }
  }
}

/// Replaces a file so that it has its old content or the new one, never a part; nil or the reason
/// why it could not be.
private func replaceFile(_ path: String, _ bytes: ContiguousArray<UInt8>) -> String? {
  // A symbolic link stays one.
  guard let resolved = realpath(path, nil) else { return String(cString: strerror(errno)) }
  defer { free(resolved) }
  let target = String(cString: resolved)
  var status = stat()
  guard stat(target, &status) == 0 else { return String(cString: strerror(errno)) }
  let temporary = "\(target).\(getpid()).part"
  let descriptor = open(
    temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
  guard descriptor >= 0 else { return String(cString: strerror(errno)) }
  var written = 0
  var failure: Int32 = 0
  bytes.withUnsafeBytes { buffer in
    while written < buffer.count && failure == 0 {
      let count = write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { failure = errno } else { written += count }
    }
  }
  fchmod(descriptor, status.st_mode & 0o777)
  close(descriptor)
  if failure == 0, rename(temporary, target) != 0 { failure = errno }
  guard failure != 0 else { return nil }
  unlink(temporary)
  return String(cString: strerror(failure))
}

extension Diagnostic {
  fileprivate static func unwritable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "cannot write `\(path)`: \(reason)", at: .none)
  }
}
