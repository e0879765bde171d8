// Why an action ran: its inputs now against its inputs in the last build.

/// The reasons, most telling first. Empty when nothing changed.
func explain(_ action: Action, before: Action?) -> [String] {
  guard let before else { return ["it was not done here before"] }
  let old = Dictionary(before.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
  let new = Dictionary(action.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
  var reasons: [String] = []
  for (name, value) in action.inputs {
    switch old[name] {
    case nil: reasons.append("\(name) is new")
    case .some(let other) where other != value:
      // Digests say nothing to a reader; settings do.
      let isDigest = value.utf8.count >= 32
      reasons.append(isDigest ? "\(name) changed" : "\(name) changed from \(other) to \(value)")
    case .some: break
    }
  }
  for (name, _) in before.inputs where new[name] == nil { reasons.append("\(name) is gone") }
  if reasons.isEmpty { reasons = ["its output is no longer in the cache"] }
  let shown = 8
  guard reasons.count > shown else { return reasons }
  return reasons.prefix(shown - 1) + ["and \(reasons.count - shown + 1) more"]
}
