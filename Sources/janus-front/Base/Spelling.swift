// "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `name`, when it is near enough to be a slip: at most `limit` letters
/// differ, or else a third of them. Ties go to the first.
public func nearestSpelling(
  to name: String, among candidates: some Sequence<String>, limit: Int? = nil
) -> String? {
  let wanted = Array(name.utf8)
  guard wanted.count <= 64 else { return nil }
  var best: (distance: Int, name: String)?
  for candidate in candidates where candidate != name {
    let other = Array(candidate.utf8)
    let limit = limit ?? max(wanted.count, other.count) / 3 + (wanted.count < 3 ? 0 : 1)
    guard abs(other.count - wanted.count) <= limit, other.count <= 64 else { continue }
    let distance = editDistance(wanted, other)
    if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
  }
  return best?.name
}

extension FixIt {
  /// The fix-it that writes `suggestion` at `span`, or none when there is no suggestion.
  public static func didYouMean(_ suggestion: String, at span: SourceSpan) -> [FixIt] {
    suggestion.isEmpty
      ? [] : [FixIt("did you mean `\(suggestion)`?", [Edit(span, suggestion)], .guess)]
  }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in 0..<b.count {
      let same = lowercase(a[i]) == lowercase(b[j])
      row[j + 1] = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (same ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        row[j + 1] = min(row[j + 1], beforePrevious[j - 1] + 1)
      }
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.count]
}

private func lowercase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
}
