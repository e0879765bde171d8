// Reading the module, finding the toolchain's data, and saying what went wrong.
import Base
import CodeGen
import Glibc
import JIT
import MIR

/// Reads a `.jmir` file, or MIR's text form. What is wrong with it is printed.
func readModule(_ path: String, _ printer: DiagnosticPrinter) -> MIRModule? {
  guard let bytes = readBytes(path) else {
    report(.unreadable(path, reason: String(cString: strerror(errno))), printer)
    return nil
  }
  var diagnostics = Diagnostics()
  if bytes.starts(with: "module ".utf8) {
    let source = SourceFile(path: path, bytes: bytes)
    let module = readMIRText(bytes, file: SourceFileID(0), reporting: &diagnostics)
    printer.print(diagnostics, in: [source])
    guard let module else { return nil }
    if let problem = verifyMIR(module).first {
      report(.malformed(path, problem.description), printer)
      return nil
    }
    return module
  }
  let file = readMIRFile(bytes, path: path, reporting: &diagnostics)
  printer.print(diagnostics, in: [])
  return file?.module
}

private func readBytes(_ path: String) -> ContiguousArray<UInt8>? {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0 else { return nil }
  var bytes = ContiguousArray<UInt8>(repeating: 0, count: Int(status.st_size))
  var count = 0
  while true {
    if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 4096)) }
    let got = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + count, $0.count - count) }
    if got < 0 && errno == EINTR { continue }
    if got < 0 { return nil }
    if got == 0 { break }
    count += got
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

// MARK: Failures

/// Prints why nothing was generated.
func fail(_ error: any Error, _ printer: DiagnosticPrinter) {
  switch error {
  case let failure as BackEndFailure: report(.internalFailure(failure.message), printer)
  case let failure as OutputFailure:
    report(.unwritable(failure.path, reason: failure.reason), printer)
  case let failure as RuntimeBitcodeFailure:
    report(.badRuntime(failure.path, reason: failure.reason), printer)
  case JITFailure.runtime(let path, let reason):
    report(.badRuntime(path, reason: reason), printer)
  case JITFailure.internalError(let reason): report(.internalFailure(reason), printer)
  case let failure as RequestFailure: report(.badRequest(failure.message), printer)
  default: report(.internalFailure(String(describing: error)), printer)
  }
}

private func report(_ diagnostic: Diagnostic, _ printer: DiagnosticPrinter) {
  var diagnostics = Diagnostics()
  diagnostics.report(diagnostic)
  printer.print(diagnostics, in: [])
}

extension Diagnostic {
  fileprivate static func unreadable(_ path: String, reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "`\(path)` cannot be read: \(reason)", at: .none)
  }

  fileprivate static func unwritable(_ path: String, reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "`\(path)` cannot be written: \(reason)", at: .none)
  }

  fileprivate static func malformed(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.damagedArtefact, "`\(path)` is not well-formed MIR: \(reason)", at: .none)
  }

  fileprivate static func badRuntime(_ path: String, reason: String) -> Diagnostic {
    Diagnostic(.toolchainProblem, "the runtime `\(path)` cannot be used: \(reason)", at: .none)
  }

  fileprivate static func badRequest(_ message: String) -> Diagnostic {
    Diagnostic(.unreadableFile, message, at: .none)
  }

  fileprivate static func internalFailure(_ message: String) -> Diagnostic {
    Diagnostic(
      .internalError, "the back end stopped: \(message)", at: .none,
      notes: ["this is a mistake in `janus-back`, not in the program"])
  }
}
