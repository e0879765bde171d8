// `janus-build fix`: applies the fix-its that need no judgement, checks again, and goes on while
// there is something to apply. What only might be meant is left to the user.
import Base
import Glibc

private let mostRounds = 10

/// Applies every certain fix-it; with `isDry`, shows what the first round would change. Returns 0
/// when no error is left.
public func fixCommand(_ options: BuildOptions, isDry: Bool) -> Int32 {
  var fixed = 0
  var changed: Set<String> = []
  for _ in 0..<mostRounds {
    let reporter = Reporter(options, isQuiet: true)
    guard check(options, reporter) else { break }
    let selection = FixSelection.certain(of: reporter.diagnostics)
    if selection.count == 0 { break }
    guard write(selection, below: reporter.root, isDry: isDry) else { return 1 }
    fixed += selection.count
    changed.formUnion(selection.files)
    if isDry { break }
  }
  let reporter = Reporter(options)
  if isDry {
    reporter.progress("would apply \(count(fixed, "fix", "fixes")) in \(count(changed.count))")
    return 0
  }
  if fixed > 0 {
    reporter.progress("applied \(count(fixed, "fix", "fixes")) in \(count(changed.count))")
  }
  return perform(options, .check, reporter) == nil ? 1 : 0
}

private func count(_ number: Int, _ one: String = "file", _ many: String = "files") -> String {
  "\(number) \(number == 1 ? one : many)"
}

/// Collects what the stages find; false when nothing could be checked at all.
private func check(_ options: BuildOptions, _ reporter: Reporter) -> Bool {
  do {
    _ = try BuildSession(options, .check, reporter: reporter).perform()
  } catch {
    return !reporter.diagnostics.isEmpty
  }
  return true
}

/// Writes the files of `selection`, or shows what would change; false after a message.
private func write(_ selection: FixSelection, below root: String, isDry: Bool) -> Bool {
  for file in selection.files {
    let path = Path.join(root, file)
    do {
      let old = try Files.read(path)
      guard let new = selection.apply(to: old, of: file) else {
        writeAll("`\(file)` changed while it was being fixed\n", to: STDERR_FILENO)
        return false
      }
      if isDry {
        writeAll(lineDifference(old, new, path: file), to: STDOUT_FILENO)
      } else {
        try Files.write(new, to: path)
      }
    } catch {
      writeAll("`\(file)` cannot be written: \(error.reason)\n", to: STDERR_FILENO)
      return false
    }
  }
  return true
}
