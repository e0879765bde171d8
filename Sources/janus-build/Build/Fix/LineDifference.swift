// The difference of two texts in lines, as `janus-build fix --dry-run` shows it.
import Base

/// The lines in which `new` differs from `old`, in the form of a unified difference with one line
/// around each change; empty when nothing differs.
func lineDifference(_ old: [UInt8], _ new: [UInt8], path: String) -> String {
  let before = old.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  let after = new.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  var out = ""
  var (i, j) = (0, 0)
  while i < before.count || j < after.count {
    if i < before.count, j < after.count, before[i] == after[j] {
      i += 1
      j += 1
      continue
    }
    let (endOld, endNew) = nextCommon(before, after, i, j)
    out += hunk(before, after, i..<endOld, j..<endNew)
    (i, j) = (endOld, endNew)
  }
  return out.isEmpty ? "" : "--- \(path)\n+++ \(path)\n\(out)"
}

/// Where the texts agree again: the nearest pair of equal lines that are not blank.
private func nextCommon(
  _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], _ i: Int, _ j: Int
) -> (Int, Int) {
  let furthest = max(old.count - i, new.count - j)
  for distance in 1...max(1, 2 * furthest) {
    for step in 0...distance {
      let (a, b) = (i + step, j + distance - step)
      guard a <= old.count, b <= new.count else { continue }
      if a == old.count, b == new.count { return (a, b) }
      guard a < old.count, b < new.count else { continue }
      if old[a] == new[b], !old[a].allSatisfy({ $0 == UInt8(ascii: " ") }) { return (a, b) }
    }
  }
  return (old.count, new.count)
}

private func hunk(
  _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], _ gone: Range<Int>, _ come: Range<Int>
) -> String {
  func text(_ sign: String, _ line: ArraySlice<UInt8>) -> String {
    sign + String(decoding: line, as: UTF8.self) + "\n"
  }
  let hasBefore = gone.lowerBound > 0
  let hasAfter = gone.upperBound < old.count
  let around = (hasBefore ? 1 : 0) + (hasAfter ? 1 : 0)
  let lead = hasBefore ? 0 : 1
  var out =
    "@@ -\(gone.lowerBound + lead),\(gone.count + around) "
    + "+\(come.lowerBound + lead),\(come.count + around) @@\n"
  if hasBefore { out += text(" ", old[gone.lowerBound - 1]) }
  for index in gone { out += text("-", old[index]) }
  for index in come { out += text("+", new[index]) }
  if hasAfter { out += text(" ", old[gone.upperBound]) }
  return out
}
