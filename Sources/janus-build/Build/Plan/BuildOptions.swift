// What the user asked of a build.
import Base
import Glibc

/// How programs are compiled.
public enum BuildMode: String, Sendable {
  case development = "dev"
  case release
}

/// How far a build goes.
public enum BuildGoal: String, Sendable {
  /// Checks all packages, ownership included; produces nothing.
  case check
  /// Programs and libraries.
  case build
  /// A test program for each package that has tests.
  case test
}

public struct BuildOptions: Sendable {
  /// The folder that paths are counted from; the workspace is looked for here and above.
  public var directory: String
  /// A single `.jan` file, compiled without a manifest.
  public var file: String?
  /// Only these packages and what they need; empty means all.
  public var packages: [String] = []
  public var mode = BuildMode.development
  public var jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  public var format = DiagnosticPrinter.Format.text
  public var colours = DiagnosticPrinter.Colours.auto
  /// Say why each action ran.
  public var explains = false
  /// Say how long each step took.
  public var timings = false
  /// Say nothing but what went wrong.
  public var hidesProgress = false
  /// Libraries that a single file's program is linked with.
  public var link: [String] = []

  public init(directory: String? = nil) {
    self.directory = directory ?? Files.workingDirectory
  }
}

/// What a build produced.
public struct BuildResult: Sendable {
  public struct Product: Sendable {
    public var package: String
    /// An absolute path.
    public var path: String
  }

  public var products: [Product] = []
  /// How many actions ran, and how many were found done.
  public var executed = 0
  public var reused = 0
}
