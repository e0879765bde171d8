// `janus-front FILE… --db PATH`: checks packages and writes what it found into the ASTDB.
import ASTDB
import ArgumentParser
import Base
import Glibc

struct Store: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Check source files and store the checked declarations in the ASTDB.",
    discussion: """
      By hand, the files are those of one package, the first being its root module. With --jobs,
      each line of standard input is a JSON object that describes a package, in dependency order:
      {"package": …, "profile": …, "root": …, "files": […], "dependencies": [{"name": …, "package": …}],
      "kind": "exe" | "lib", "overflow": "default" | "trap" | "wrap", "capabilities": […] | null}.
      Packages in which nothing changed since the last run are not checked again, nor are
      declarations whose text and whose uses of others did not change.

      Exit status: 0 when everything was accepted, 1 when there were errors, 2 for wrong usage.
      """)

  @Argument(help: "Source files of one package; the first is its root module.")
  var files: [String] = []
  @Option(help: "The database to write; made when it does not exist.")
  var db: String
  @Option(help: "The database of the standard library that a new database starts as a copy of.")
  var std: String?
  @Option(help: "The name of the package.")
  var package = "main"
  @Option(help: "The profile of files that do not say theirs.")
  var profile = "core"
  @Flag(help: "The package is a library: it needs no main.")
  var library = false
  @Flag(help: "Read packages from standard input, one JSON object a line.")
  var jobs = false
  @Option(help: "How diagnostics are written: text (standard error) or json (standard output).")
  var messageFormat = DiagnosticPrinter.Format.text

  func run() throws {
    let printer = DiagnosticPrinter(format: messageFormat)
    let jobs = try readJobs()
    do {
      let database = try ASTDB.openForWriting(
        db, template: std ?? standardLibrary(), toolchain: toolchainIdentity())
      let hasStandardLibrary = try database.packageSettings()["std"] != nil
      guard hasStandardLibrary || jobs.contains(where: { $0.package.name == "std" }) else {
        var diagnostics = Diagnostics()
        diagnostics.report(.noStandardLibrary(std ?? standardLibraryPath()))
        printer.print(diagnostics) { _ in nil }
        throw ExitCode(1)
      }
      var front = FrontRun(database: database, printer: printer)
      let outcome = try front.run(jobs)
      printer.message([
        "kind": "finished", "success": .bool(outcome.success),
        "checked": .integer(Int64(outcome.checked)), "reused": .integer(Int64(outcome.reused)),
      ])
      if !outcome.success { throw ExitCode(1) }
    } catch let error as DatabaseError {
      var diagnostics = Diagnostics()
      diagnostics.report(Diagnostic(.damagedArtefact, error.message, at: .none))
      printer.print(diagnostics) { _ in nil }
      throw ExitCode(1)
    }
  }

  private func readJobs() throws -> [Job] {
    guard jobs else {
      guard !files.isEmpty else { throw ValidationError("no source files") }
      guard let profile = Profile(name: profile) else {
        throw ValidationError("unknown profile `\(profile)`")
      }
      var package = Package(name: package, profile: profile)
      package.isExecutable = !library
      return [Job(package: package, files: files)]
    }
    var result: [Job] = []
    while let line = readLine() {
      guard let job = Job(line: line) else {
        throw ValidationError("line \(result.count + 1) of standard input describes no package")
      }
      result.append(job)
    }
    return result
  }
}

/// The file `std.astdb` of this toolchain, if it is there.
private func standardLibrary() -> String? {
  let path = standardLibraryPath()
  return access(path, R_OK) == 0 ? path : nil
}

private func standardLibraryPath() -> String { toolchainData() + "/std.astdb" }

/// `lib/janus` beside this executable or in its parent; `JANUS_HOME` overrides.
private func toolchainData() -> String {
  if let home = getenv("JANUS_HOME") { return String(cString: home) + "/lib/janus" }
  let folder = executablePath().split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/")
  let beside = folder + "/lib/janus"
  return access(beside, F_OK) == 0 ? beside : folder + "/../lib/janus"
}

private func executablePath() -> String {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
  return String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Names this build of the stage: a database that another one wrote is started again.
private func toolchainIdentity() -> String {
  var status = stat()
  guard stat("/proc/self/exe", &status) == 0 else { return "unknown" }
  return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
}

extension Diagnostic {
  fileprivate static func noStandardLibrary(_ path: String) -> Diagnostic {
    Diagnostic(
      .toolchainProblem, "the standard library is not built at `\(path)`", at: .none,
      notes: [
        "`janus-build std` builds it from the sources in the folder `std` beside it",
        "a toolchain that is used from its own sources is built whole by `make`",
      ])
  }
}
