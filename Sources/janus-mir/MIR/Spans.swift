// From positions relative to a declaration to places in files.
import Base

/// The place of `location` in the file that `function` came from. The file's number is its index in
/// `MIRModule.files`; whoever renders the span maps it.
public func span(of location: MIRLocation, in function: MIRFunction) -> SourceSpan {
  guard function.file != UInt32.max, location != .none else { return .none }
  return SourceSpan(
    file: SourceFileID(function.file), start: function.baseOffset &+ location.start,
    end: function.baseOffset &+ location.end)
}
