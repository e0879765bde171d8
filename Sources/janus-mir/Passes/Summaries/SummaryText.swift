// Summaries as text, for people and tests: one line for each function.
import MIR

extension SummaryTable {
  /// `main.f: result shares {0}, copies {1}; stores {0} in 1; changes {1}; …`
  func text(of module: MIRModule) -> String {
    var result = ""
    for (index, function) in module.functions.enumerated() {
      result += function.displayName + ":" + summaries[index].text + "\n"
    }
    return result
  }
}

extension FunctionSummary {
  fileprivate var text: String {
    var parts: [String] = []
    if !result.isFresh { parts.append("result " + result.text) }
    for (index, origins) in stored.enumerated() where !origins.isFresh {
      parts.append("\(index) takes " + origins.text)
    }
    if !storedInStatics.isFresh { parts.append("statics take " + storedInStatics.text) }
    if !changedParameters.isEmpty { parts.append("changes " + changedParameters.text) }
    if !changedStatics.isEmpty { parts.append("changes statics " + changedStatics.text) }
    if !calledParameters.isEmpty { parts.append("calls " + calledParameters.text) }
    if callsUnknownCode { parts.append("calls unknown code") }
    return parts.isEmpty ? "" : " " + parts.joined(separator: "; ")
  }
}

extension MemoryOrigins {
  fileprivate var text: String {
    var parts: [String] = []
    if !shared.isEmpty { parts.append("shares " + shared.text) }
    if !copied.isEmpty { parts.append("copies " + copied.text) }
    if isOfStatic { parts.append("statics") }
    if isUnknown { parts.append("anything") }
    return parts.joined(separator: ", ")
  }
}

extension NumberSet {
  fileprivate var text: String {
    var parts: [String] = []
    forEach { parts.append("\($0)") }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}
