// `janus-build test`: the packages' tests, then the suites.
import Base
import Glibc

/// Which tests to run, and how.
public struct TestRequest: Sendable {
  /// Names of suites, or `suite/case`; empty means all.
  public var suites: [String] = []
  public var skipsPackages = false
  /// Write what the cases printed into their expectations.
  public var blesses = false
  /// Run cases again that passed before with the same toolchain.
  public var rerunsPassed = false
  public init() {}
}

public func testCommand(_ options: BuildOptions, _ request: TestRequest) -> Int32 { 1 }
