// The link step: objects and the runtime variant to a program.
import Base

/// One program to link.
struct LinkRequest {
  var objects: [String]
  /// The runtime's variant: the profile whose rules the program needs.
  var runtime: [String]
  /// Libraries and search paths of the packages' `[c]` tables.
  var libraries: [String] = []
  var libraryPaths: [String] = []
  var output: String
}

extension LinkerLocation {
  /// The command that links `request`. Nothing in it depends on time or place but the paths
  /// themselves, which do not reach the output. Its first input is an empty script on standard
  /// input, so that it can be started, which takes it as long as a small link, before the objects
  /// are there: it reads them when its input is released.
  func command(_ request: LinkRequest) -> Command {
    var words = [
      "-pie", "-m", emulation, "--build-id=none", "--hash-style=gnu", "--eh-frame-hdr",
      "--gc-sections", "-z", "relro", "--as-needed", "-dynamic-linker", dynamicLoader, "-o",
      request.output,
    ]
    words += startFiles
    words += (request.libraryPaths + searchPaths).map { "-L\($0)" }
    words.append("/dev/stdin")
    words += request.objects
    words += request.runtime
    words += request.libraries.map { "-l\($0)" }
    words += ["-lc", "-lgcc", "-lgcc_s", "-lc"]
    words += endFiles
    return Command(executable: linker, arguments: words, input: .held)
  }
}

extension LocatedDiagnostic {
  static func linkFailed(_ package: String, _ command: Command, _ outcome: Outcome)
    -> LocatedDiagnostic
  {
    LocatedDiagnostic(
      .linkFailure, "`\(package)` could not be linked: the linker \(outcome.end)", at: nil,
      notes: outcome.errorText.split(separator: "\n").prefix(20).map(String.init)
        + ["to repeat it: \(command.shellText)"])
  }

  static func linkerMissing(_ what: String) -> LocatedDiagnostic {
    LocatedDiagnostic(.linkFailure, "the system has no \(what)", at: nil)
  }
}
