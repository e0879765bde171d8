// The executable `janus-runtime`: what a link line needs, and whether it is installed whole.
import ArgumentParser
import Glibc

@main struct Main {
  static func main() {
    do {
      var command = try RuntimeTool.parseAsRoot()
      try command.run()
    } catch {
      guard RuntimeTool.exitCode(for: error) == .validationFailure else {
        RuntimeTool.exit(withError: error)
      }
      report(RuntimeTool.fullMessage(for: error))
      exit(2)
    }
  }
}

struct RuntimeTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-runtime",
    abstract: "Says how to compile and link against the runtime of Janus, and checks it.",
    discussion: """
      The runtime exists once for each profile, in lib/janus/<profile> beside the executables or \
      in ../lib/janus; JANUS_HOME names another place. A program links the archive of its most \
      demanding profile:

        cc -o program *.o $(janus-runtime --profile core --libs)

      C code that calls the runtime compiles with:

        cc -c $(janus-runtime --profile core --cflags) code.c

      The variant `script` has no collector yet: values of `:script` files are owned as elsewhere.

      Exit status: 0, 1 when something is missing or damaged, 2 for wrong usage.
      """,
    subcommands: [Flags.self, Check.self],
    defaultSubcommand: Flags.self)
}
