// The nodes of a declaration as JSON for `v1_node`: an array of [kind, type, line, column, start,
// end], positions relative to the declaration (lines from 0, columns from 1).
import Base

/// Finds lines and columns in one file, relative to a declaration.
struct RelativePositions {
  private let file: SourceFile
  private let start: Int32
  private let first: LineColumn

  init(file: SourceFile, declarationStart start: Int32) {
    self.file = file
    self.start = start
    first = file.position(of: start)
  }

  /// Lines from the declaration's first, which is 0; on that line columns count from the
  /// declaration's own, because it may move along the line.
  func position(_ offset: Int32) -> LineColumn {
    let position = file.position(of: start + offset)
    let line = position.line - first.line
    let margin = line == 0 ? first.column : 0
    return LineColumn(line: line, column: position.column - margin)
  }
}

struct NodeRowWriter {
  private let program: CheckedProgram
  private var kindNames: [ContiguousArray<UInt8>]
  private var typeNames: [TypeID: ContiguousArray<UInt8>] = [:]

  init(program: CheckedProgram) {
    self.program = program
    kindNames = NodeKind.allCases.map { ContiguousArray("\"\($0)\"".utf8) }
  }

  mutating func json(of bodies: [Body], positions: RelativePositions) -> ContiguousArray<UInt8> {
    var out: ContiguousArray<UInt8> = [UInt8(ascii: "[")]
    for body in bodies {
      out.reserveCapacity(out.count + body.nodes.count * 40)
      let types = body.types.map { typeName($0) }
      for (node, span) in zip(body.nodes, body.spans) {
        if out.count > 1 { out.append(UInt8(ascii: ",")) }
        let position = positions.position(span.start)
        out.append(UInt8(ascii: "["))
        out.append(contentsOf: kindNames[Int(node.kind.rawValue)])
        out.append(UInt8(ascii: ","))
        out.append(contentsOf: types[Int(node.type)])
        append(position.line, to: &out)
        append(position.column, to: &out)
        append(span.start, to: &out)
        append(span.end, to: &out)
        out.append(UInt8(ascii: "]"))
      }
    }
    out.append(UInt8(ascii: "]"))
    return out
  }

  private mutating func typeName(_ type: TypeID) -> ContiguousArray<UInt8> {
    if let name = typeNames[type] { return name }
    let name = ContiguousArray(jsonString(program.name(of: type)).utf8)
    typeNames[type] = name
    return name
  }

  private func append(_ number: Int32, to out: inout ContiguousArray<UInt8>) {
    out.append(UInt8(ascii: ","))
    if number < 0 { out.append(UInt8(ascii: "-")) }
    var magnitude = number.magnitude
    let start = out.count
    repeat {
      out.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
      magnitude /= 10
    } while magnitude > 0
    out[start...].reverse()
  }
}

/// A JSON string literal.
func jsonString(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    case _: out.unicodeScalars.append(scalar)
    }
  }
  return out + "\""
}
