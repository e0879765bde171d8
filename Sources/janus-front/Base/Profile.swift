// The four profiles and what each permits: the table of language.md section 1, once.

/// What a file may do, and how a copy that could not be avoided is paid for.
public enum Profile: UInt8, CaseIterable, Sendable {
  case core, script, service, sovereign

  public init?(name: String) {
    guard let profile = Profile.allCases.first(where: { $0.name == name }) else { return nil }
    self = profile
  }

  public var name: String {
    switch self {
    case .core: "core"
    case .script: "script"
    case .service: "service"
    case .sovereign: "sovereign"
    }
  }

  public var rules: ProfileRules {
    switch self {
    case .core:
      ProfileRules(
        rawPointers: .forbidden, unsafeBlocks: .forbidden, cInterop: false, sharedValues: false,
        ownershipWords: true, assembly: false, topLevelStatements: false, collector: false)
    case .script:
      ProfileRules(
        rawPointers: .forbidden, unsafeBlocks: .forbidden, cInterop: false, sharedValues: true,
        ownershipWords: false, assembly: false, topLevelStatements: true, collector: true)
    case .service:
      ProfileRules(
        rawPointers: .insideUnsafe, unsafeBlocks: .required, cInterop: true, sharedValues: true,
        ownershipWords: true, assembly: false, topLevelStatements: false, collector: false)
    case .sovereign:
      ProfileRules(
        rawPointers: .anywhere, unsafeBlocks: .optional, cInterop: true, sharedValues: true,
        ownershipWords: true, assembly: true, topLevelStatements: false, collector: false)
    }
  }
}

/// One column of the profile table.
public struct ProfileRules: Sendable {
  public enum RawPointers: Sendable { case forbidden, insideUnsafe, anywhere }
  public enum UnsafeBlocks: Sendable { case forbidden, required, optional }

  public var rawPointers: RawPointers
  public var unsafeBlocks: UnsafeBlocks
  /// `import c` and `export "C"`.
  public var cInterop: Bool
  /// `Shared[T]` and `shared struct`.
  public var sharedValues: Bool
  /// `move` and `owned`.
  public var ownershipWords: Bool
  /// Inline assembly and `@syscall`.
  public var assembly: Bool
  public var topLevelStatements: Bool
  /// Plain values live on the collected heap.
  public var collector: Bool
}
