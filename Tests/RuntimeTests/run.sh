# Runs the runtime's test programs: the checks that return (plain, sanitized, Valgrind) and each
# scenario that ends its process, with its output and exit status.
set -u
folder=$1
failed=0

fail() {
  echo "FAILED $1" >&2
  failed=1
}

# scenario PROGRAM NAME STATUS EXPECTED, where EXPECTED is stdout and stderr in order.
scenario() {
  got=$("$folder/$1" "$2" 2>&1 < /dev/null)
  status=$?
  if [ "$status" != "$3" ] || [ "$got" != "$4" ]; then
    fail "$1 $2: status $status, output: $got"
  fi
}

"$folder/plain" || fail plain
"$folder/sanitized" || fail sanitized
if command -v valgrind > /dev/null; then
  valgrind -q --error-exitcode=9 --leak-check=full "$folder/plain" || fail valgrind
  for name in index twice error abort finishers tests; do
    valgrind -q --log-file="$folder/valgrind.log" --error-exitcode=9 --leak-check=full \
      "$folder/plain" $name > /dev/null 2>&1
    if [ $? = 9 ]; then fail "valgrind $name: $(cat "$folder/valgrind.log")"; fi
  done
fi

for program in plain sanitized; do
  scenario $program fine 3 ""
  scenario $program index 101 "before
panic: P001 index 7 out of range for length 3
at case.jan:12:5"
  scenario $program twice 134 "panic: P002 integer overflow
at case.jan:12:5
panic: P003 division by zero
at case.jan:12:5
panic in a destructor while another panic was unwinding"
  scenario $program error 1 "error: file not found
at case.jan:12:5"
  scenario $program abort 101 "panic: P004 x > 0
at case.jan:12:5"
  scenario $program finishers 0 "second
first"
  scenario $program tests 1 "ok     adds
panic: P010 \`null\` was unwrapped
at case.jan:12:5
FAILED breaks
1 passed, 1 failed"
done

export JANUS_STATS=leaks
scenario plain leak 99 "leak: 1 allocations, 40 bytes"
export JANUS_STATS=1
scenario plain leak 0 "allocations: 2, frees: 1, live bytes: 40"
unset JANUS_STATS
export JANUS_FAIL_ALLOC=1
scenario plain leak 5 ""
unset JANUS_FAIL_ALLOC

got=$("$folder/plain" deep 2>&1)
status=$?
case "$status $got" in
  "134 panic: P011 stack overflow
at "*panics.c:[0-9]*) ;;
  *) fail "deep: status $status, output: $got" ;;
esac

got=$(printf 'one\ntwo\n\nlast' | "$folder/sanitized" lines)
[ "$got" = "[one][two][][last]" ] || fail "lines: $got"

{
  "$folder/plain" pipe
  echo $? > "$folder/pipe.status"
} 2> "$folder/pipe.text" | head -1 > /dev/null
[ "$(cat "$folder/pipe.status")" = 141 ] || fail "pipe: status $(cat "$folder/pipe.status")"
[ -s "$folder/pipe.text" ] && fail "pipe: $(cat "$folder/pipe.text")"
JANUS_BACKTRACE=1 "$folder/plain" index > "$folder/backtrace.text" 2>&1
grep -q ': inner at .*panics.c:[0-9]*:[0-9]*$' "$folder/backtrace.text" || fail backtrace

[ $failed = 0 ] && echo "runtime tests passed"
exit $failed
