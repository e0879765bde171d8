// `janus-runtime --profile P --cflags --libs`.
import ArgumentParser
import Base
import FoundationEssentials
import Glibc
import Installation

extension Profile: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

struct Flags: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints compiler and linker arguments on one line.")

  @Option(help: "The profile whose variant of the runtime is meant.")
  var profile: Profile = .core

  @Flag(help: "Print what a C compiler needs to include janus_runtime.h.")
  var cflags = false

  @Flag(help: "Print what a link line needs after the objects.")
  var libs = false

  @Flag(help: "Print the path of the bitcode that release builds merge.")
  var bitcode = false

  @Flag(help: "Print the path of the shared object that the JIT opens.")
  var sharedObject = false

  func validate() throws {
    guard cflags || libs || bitcode || sharedObject else {
      throw ValidationError("nothing was asked for: give --cflags, --libs or another flag")
    }
  }

  func run() throws {
    guard let files = RuntimeFiles.find() else {
      report("no runtime found in " + Installation.candidates.joined(separator: " or "))
      throw ExitCode(1)
    }
    var words: [String] = []
    if cflags { words.append("-I" + files.headers) }
    if libs { words += [files.archive(profile), "-lgcc_s", "-lm"] }
    if bitcode { words.append(files.bitcode(profile)) }
    if sharedObject { words.append(files.sharedObject(profile)) }
    print(words.map(quotedForShell).joined(separator: " "))
  }
}

/// A word as a shell reads it back: quoted only where that is needed.
private func quotedForShell(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+=:,@%".utf8.contains(byte)
    }
  }
  if plain { return word }
  let parts = word.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + parts.joined(separator: "'\\''") + "'"
}

/// Writes one line to standard error.
func report(_ message: String) {
  let line = "janus-runtime: \(message)\n"
  _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
