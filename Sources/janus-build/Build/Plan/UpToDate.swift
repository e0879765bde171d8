// The check that lets a build without changes end before it starts anything, and the record that
// makes it possible.
import Base
import Glibc

extension BuildSession {
  /// The last build's result, if nothing that it saw has changed since.
  func upToDate(_ recordPath: String, explaining: Bool) -> BuildResult? {
    guard let record = BuildRecord.read(recordPath) else { return nil }
    for file in record.seen where !file.isUnchanged(at: absolute(file.path)) {
      if explaining { reporter.progress("explain: `\(file.path)` changed") }
      return nil
    }
    reporter.report(record.diagnostics)
    var done = BuildResult()
    done.products = record.products.map { .init(package: $0.package, path: absolute($0.path)) }
    done.reused = record.actions.count
    if options.explains { reporter.progress("explain: nothing changed since the last build") }
    return done
  }

  /// Looks at everything the build depends on, before any stage reads it: a change made meanwhile
  /// is then seen by the next build.
  func look(at workspace: Workspace, _ packages: [Package], _ time: Int64) -> [SeenFile] {
    var seen: [SeenFile] = []
    for path in workspace.inputs + packages.flatMap(\.files) {
      if let file = SeenFile.look(at: absolute(path), named: path, withContent: true) {
        seen.append(file.trusted(at: time))
      }
    }
    return seen
  }

  func record(_ seen: [SeenFile], at path: String) {
    var record = BuildRecord()
    record.seen = seen
    record.actions = actions
    record.diagnostics = reporter.diagnostics
    record.products = result.products.map { ($0.package, $0.path) }
    // Builds of other kinds write the database too: it only has to be there.
    record.seen.append(.presence(of: paths.database))
    let guarded = toolchain.files + result.products.map(\.path)
    for path in guarded {
      if let file = SeenFile.look(at: path, named: path, withContent: false) {
        record.seen.append(file)
      }
    }
    record.write(to: path)
  }
}
