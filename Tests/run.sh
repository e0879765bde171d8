# Runs every test and adds them up. The last line is exactly `N passed, N failed`; the exit status is
# non-zero when any failed.
#   sh Tests/run.sh .build/release
set -u
out=$1
configuration=${out##*/}
logs=$out/test-logs
mkdir -p "$logs"
passed=0
failed=0

add() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# One test that is a whole command.
whole() {
  name=$1
  shift
  if "$@" > "$logs/$name.log" 2>&1 < /dev/null; then
    add 1 0
  else
    echo "FAILED $name"
    tail -n 40 "$logs/$name.log"
    add 0 1
  fi
}

# One test that is a whole command, and whose last line says how much it tried.
counted() {
  whole "$@"
  tail -n 1 "$logs/$1.log"
}

echo "== Swift tests"
rm -f "$logs"/swift*.xml
JANUS_TOOLS=$(cd "$out" && pwd) swift test -c "$configuration" --disable-testable-imports \
  --explicit-target-dependency-import-check error --xunit-output "$logs/swift.xml" \
  > "$logs/swift.log" 2>&1 < /dev/null
status=$?
report=$logs/swift-swift-testing.xml
if [ -s "$report" ]; then
  # A test that failed has its issues inside; the file's own numbers count issues.
  total=$(grep -c '<testcase ' "$report")
  wrong=$(grep '<testcase ' "$report" | grep -vc '/>$')
  add $((total - wrong)) "$wrong"
  [ "$wrong" = 0 ] || grep -E "✘|error:|^↳" "$logs/swift.log" | cut -c 1-300 | head -n 80
  # Tests that passed in a run that failed: the process itself ended badly.
  if [ "$status" != 0 ] && [ "$wrong" = 0 ]; then
    tail -n 20 "$logs/swift.log"
    add 0 1
  fi
else
  grep -E "error|✘|Fatal" "$logs/swift.log" | head -n 40
  tail -n 5 "$logs/swift.log"
  add 0 1
fi

echo "== runtime"
whole runtime "${MAKE:-make}" --no-print-directory runtime-test OUT="$out"
whole runtime-check "$out/janus-runtime" check

echo "== packages and suites"
"$out/janus-build" test > "$logs/suites.out" 2> "$logs/suites.err" < /dev/null
status=$?
cat "$logs/suites.err"
summary=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$logs/suites.out" | tail -n 1)
if [ -n "$summary" ]; then
  # shellcheck disable=SC2086 # Two numbers.
  add $summary
else
  echo "janus-build test ended with $status and no summary"
  add 0 1
fi
for example in workspace http_server; do
  (cd "examples/$example" && "../../$out/janus-build" test) \
    > "$logs/example.out" 2> "$logs/example.err" < /dev/null
  summary=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$logs/example.out" | tail -n 1)
  if [ -n "$summary" ]; then
    # shellcheck disable=SC2086
    add $summary
  else
    cat "$logs/example.err"
    add 0 1
  fi
done

echo "== examples"
if python3 Tests/Examples/cases.py "$out" > "$logs/examples.log" 2>&1 < /dev/null; then :; else
  cut -c 1-1000 "$logs/examples.log"
fi
summary=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$logs/examples.log" | tail -n 1)
# shellcheck disable=SC2086
if [ -n "$summary" ]; then add $summary; else add 0 1; fi

whole http-server python3 Tests/Examples/http_server.py "$out"

echo "== soaks"
whole edits python3 Tests/Soak/edits.py "$out" 20
whole library python3 Tests/Library/compare.py "$out" 20000
whole mutated-sources python3 Tests/Fuzz/sources.py "$out" 2000 1
counted wrong-programs python3 Tests/Negative/run.py "$out" 4000
counted deletions python3 Tests/Negative/deletions.py "$out" 6000
whole shapes python3 Tests/Fuzz/shapes.py "$out"
whole damaged-artefacts python3 Tests/Fuzz/artefacts.py "$out" 200 3

echo "== memory"
whole memory-faults python3 Tests/Memory/faults.py "$out"
whole memory-oracle python3 Tests/Memory/oracle.py "$out" 3 4
whole memory-mutants python3 Tests/Memory/mutants.py "$out" 2 1 --sample 10

echo "== tools"
whole format "$out/janus-build" fmt --check Sources/janus-runtime/Std examples
whole terminal python3 Tests/Tools/terminal.py "$out"
whole endings python3 Tests/Tools/endings.py "$out"

echo "== codes"
whole codes python3 Tests/Docs/codes.py "$out"
whole status python3 Tests/Docs/status.py

echo "== documents"
if command -v python3 > /dev/null; then
  python3 Tests/Docs/doctest.py "$out" > "$logs/documents.log" 2>&1 < /dev/null
  summary=$(sed -n 's/^documents: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$logs/documents.log")
  grep -v '^documents: ' "$logs/documents.log"
  # shellcheck disable=SC2086
  if [ -n "$summary" ]; then add $summary; else add 0 1; fi
else
  echo "python3 is missing, so the documents' examples did not run"
  add 0 1
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
