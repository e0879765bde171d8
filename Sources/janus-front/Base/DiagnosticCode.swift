// The register of diagnostic codes. A code never changes its meaning; docs/diagnostics has a page
// for each. E1xxx lexing and parsing, E2xxx names and types, E31xx ownership, E32xx exclusivity,
// E33xx regions, E34xx destructors, E36xx threads, E4xxx profiles, E5xxx capabilities, E6xxx C,
// E7xxx workspace and build, E8xxx hot reload, E9xxx internal, W warnings.

public enum DiagnosticCode: String, CaseIterable, Sendable {
  // Lexing and parsing.
  case invalidUTF8 = "E1001"
  case unexpectedCharacter = "E1002"
  case unterminatedString = "E1003"
  case unterminatedComment = "E1004"
  case malformedNumber = "E1005"
  case malformedEscape = "E1006"
  case malformedCharacter = "E1007"
  case expectedToken = "E1008"
  case expectedExpression = "E1009"
  case expectedType = "E1010"
  case expectedPattern = "E1011"
  case expectedDeclaration = "E1012"
  case unclosedDelimiter = "E1013"
  case mismatchedBlock = "E1014"
  case nestingTooDeep = "E1015"
  case misplacedProfile = "E1016"
  case unknownAttribute = "E1017"
  case sourceTooLarge = "E1018"
  case controlFlowInDefer = "E1019"
  case foreignSyntax = "E1020"

  // Names and types.
  case undefinedName = "E2001"
  case ambiguousName = "E2002"
  case notVisible = "E2003"
  case unknownImport = "E2004"
  case importCycle = "E2005"
  case notAType = "E2006"
  case notAValue = "E2007"
  case duplicateDeclaration = "E2101"
  case unknownMember = "E2102"
  case recursiveType = "E2103"
  case missingTraitMember = "E2104"
  case shadowKindMismatch = "E2105"
  case cyclicStatics = "E2106"
  case cyclicConstant = "E2107"
  case missingMain = "E2108"
  case misplacedAttribute = "E2109"
  case typeMismatch = "E2201"
  case argumentMismatch = "E2202"
  case cannotInfer = "E2203"
  case literalOutOfRange = "E2204"
  case constantEvaluation = "E2205"
  case unsatisfiedBound = "E2206"
  case notCallable = "E2207"
  case missingReturn = "E2208"
  case wrongTypeArguments = "E2209"
  case badOperand = "E2210"
  case badCast = "E2211"
  case misplacedControlFlow = "E2212"
  case missingReference = "E2213"
  case nonExhaustiveMatch = "E2301"
  case badPattern = "E2302"
  case unreachablePattern = "W2302"
  case assignToLet = "E2401"
  case assignToBorrowed = "E2402"
  case readBeforeInitialisation = "E2403"
  case notAPlace = "E2404"

  // Ownership and exclusivity.
  case useAfterMove = "E3101"
  case maybeMoved = "E3102"
  case missingMove = "E3103"
  case moveInLoop = "E3104"
  case moveOutOfBorrowed = "E3105"
  case inoutNotWhole = "E3106"
  case moveOutOfSelfInDestructor = "E3107"
  case exclusivityConflict = "E3201"
  case closureEscapes = "E3304"
  case destructorCalledByName = "E3401"
  case notConsumed = "E3402"
  case threadReachesStatic = "E3602"

  // Profiles.
  case rawPointerType = "E4101"
  case unsafeForbidden = "E4102"
  case manualAllocation = "E4103"
  case referenceCounting = "E4104"
  case cInteropForbidden = "E4105"
  case assemblyForbidden = "E4106"
  case ownershipWordInScript = "E4107"
  case topLevelStatement = "E4108"
  case inexpressibleSignature = "E4109"
  case pointerOutsideUnsafe = "E4110"
  case undefinedForbidden = "E4111"

  // Capabilities.
  case unknownCapability = "E5001"

  // Workspace and build.
  case badManifest = "E7001"
  case missingManifest = "E7002"
  case dependencyCycle = "E7003"
  case unknownPackage = "E7004"
  case unreadableFile = "E7005"
  case linkFailure = "E7006"
  case damagedArtefact = "E7007"
  case toolchainProblem = "E7008"
  case unknownManifestKey = "E7009"
  case contradictoryManifest = "E7010"
  case duplicatePackage = "E7011"
  case missingRootModule = "E7012"

  // Internal: never the user's fault.
  case internalError = "E9001"
  case unsupported = "E9002"

  // Warnings.
  case droppedResult = "W2201"
  case unusedValue = "W2202"
  case unreachableCode = "W2203"
  case needlessUnsafe = "W4301"

  public var severity: Severity { rawValue.utf8.first == UInt8(ascii: "W") ? .warning : .error }
}
