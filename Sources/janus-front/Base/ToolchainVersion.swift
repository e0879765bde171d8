// The version of the toolchain, as its programs print it.

public let toolchainVersion = "0.3.0"
