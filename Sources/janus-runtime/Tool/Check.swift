// `janus-runtime check`: every variant has its files, and every entry of the table in them.
import ArgumentParser
import Base
import FoundationEssentials
import Glibc
import Installation

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests the installed variants: their files, and the symbols in them.")

  func run() throws {
    guard let files = RuntimeFiles.find() else {
      report("no runtime found in " + Installation.candidates.joined(separator: " or "))
      throw ExitCode(1)
    }
    guard let list = try? String(contentsOfFile: files.symbolList, encoding: .utf8) else {
      report("cannot read \(files.symbolList)")
      throw ExitCode(1)
    }
    let symbols = list.split(separator: "\n").map(String.init)
    var problems: [String] = []
    for header in ["janus_runtime.h", "janus_runtime.def"] {
      let path = files.headers + "/" + header
      if !FileManager.default.fileExists(atPath: path) { problems.append("\(path) is missing") }
    }
    for profile in Profile.allCases {
      problems += missing(symbols, of: profile, in: files)
    }
    problems.forEach(report)
    guard problems.isEmpty else { throw ExitCode(1) }
    print("\(files.folder): \(Profile.allCases.count) variants, \(symbols.count) entries")
  }
}

/// What one variant lacks.
private func missing(
  _ symbols: [String], of profile: Profile, in files: RuntimeFiles
) -> [String] {
  var problems: [String] = []
  if let archive = FileManager.default.contents(atPath: files.archive(profile)) {
    let found = archiveSymbols(archive)
    // `main` calls the program's entry, so it is in the archive only.
    for symbol in symbols + ["main"] where !found.contains(symbol) {
      problems.append("\(files.archive(profile)) lacks `\(symbol)`")
    }
  } else {
    problems.append("\(files.archive(profile)) is missing")
  }
  let bitcode = files.bitcode(profile)
  if FileManager.default.contents(atPath: bitcode)?.starts(with: [0x42, 0x43, 0xC0, 0xDE]) != true {
    problems.append("\(bitcode) is missing or no bitcode")
  }
  let object = files.sharedObject(profile)
  guard let handle = dlopen(object, RTLD_NOW | RTLD_LOCAL) else {
    return problems + ["\(object) cannot be opened"]
  }
  for symbol in symbols where dlsym(handle, symbol) == nil {
    problems.append("\(object) lacks `\(symbol)`")
  }
  dlclose(handle)
  return problems
}

/// The names in an archive's symbol index: its first member, `/`, holds a big-endian count, as
/// many offsets, and then the names with a NUL after each. Empty for a file that is no archive.
private func archiveSymbols(_ archive: Data) -> Set<String> {
  let bytes = [UInt8](archive)
  let headerEnd = 68
  guard bytes.count >= headerEnd + 4, bytes.starts(with: "!<arch>\n/ ".utf8) else { return [] }
  let sizeText = String(decoding: bytes[56..<66], as: UTF8.self)
  guard let size = sizeText.split(separator: " ").first.flatMap({ Int($0) }) else { return [] }
  let count = bytes[headerEnd..<headerEnd + 4].reduce(0) { $0 << 8 | Int($1) }
  let namesStart = headerEnd + 4 + count * 4
  let end = min(headerEnd + size, bytes.count)
  guard namesStart <= end else { return [] }
  let names = bytes[namesStart..<end].split(separator: 0)
  return Set(names.map { String(decoding: $0, as: UTF8.self) })
}
