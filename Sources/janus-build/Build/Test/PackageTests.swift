// The `test` blocks of packages: each package with tests is a program that runs them.
import Base
import Glibc

/// Runs the test programs and shows what they print; returns how many tests passed and failed.
func runPackageTests(
  _ products: [BuildResult.Product], root: String, jobs: Int
) -> (passed: Int, failed: Int) {
  let pool = ProcessPool(limit: jobs)
  var outcomes = [Outcome?](repeating: nil, count: products.count)
  for (index, product) in products.enumerated() {
    pool.add(Command(executable: product.path, arguments: [], directory: root, timeout: 600)) {
      outcomes[index] = $0
    }
  }
  pool.runUntilEmpty()
  var passed = 0
  var failed = 0
  for (product, outcome) in zip(products, outcomes) {
    guard let outcome else { continue }
    let lines = outcome.outputText.split(separator: "\n")
    let ok = lines.count { $0.hasPrefix("ok     ") }
    var wrong = lines.count { $0.hasPrefix("FAILED ") }
    // A program that ended before its summary failed in a test that it could not name.
    if wrong == 0, !outcome.succeeded { wrong = 1 }
    passed += ok
    failed += wrong
    if wrong > 0 {
      writeAll(
        "\(product.package): \(outcome.end)\n\(outcome.errorText)\(outcome.outputText)"
          + "  to repeat it: \(product.path)\n\n", to: STDERR_FILENO)
    }
  }
  return (passed, failed)
}
