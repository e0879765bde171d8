// A stack deep enough for what programs nest: long chains of calls, of `else if`, of operators are
// trees whose depth is their length, and the stages walk trees by recursion.
import Glibc

/// Runs `body` on a thread with a stack of one gigabyte, of which only the touched pages cost
/// anything, and waits for it. Where no such thread can be made, `body` runs on this one.
public func withDeepStack(_ body: @escaping @Sendable () -> Void) {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return body() }
  defer { pthread_attr_destroy(&attributes) }
  guard pthread_attr_setstacksize(&attributes, 1 << 30) == 0 else { return body() }
  let work = Unmanaged.passRetained(DeepWork(body))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      if let argument { Unmanaged<DeepWork>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, work.toOpaque())
  guard status == 0 else {
    work.release()
    return body()
  }
  pthread_join(thread, nil)
}

private final class DeepWork: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
