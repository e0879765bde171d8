// The samples of the memory model's plan: all of them are correct syntax.

let planSamples: [String] = [
  #"""
  profile :sovereign

  // 1. Scratchpad (Frame-Scoped Arena)
  func process_request(req: Request) -> Response {
    with_scratchpad |scratch| do
      let parsed = scratch.alloc(parse(req))
      let validated = scratch.alloc(validate(parsed))
      return process(validated)
    end
    // ALL scratch allocations freed here. Zero cost.
  }

  // 2. Owned (Unique Value)
  func create_user() -> User {
    let user = User.new()  // Heap allocated, uniquely owned
    return user  // Ownership transferred
  }

  // 3. Capability-Gated Shared
  func shared_cache() -> Cache {
    cap SharedMemory
    let cache = Cache.new_shared()
    return cache  // Ref-counted, capability required
  }
  """#,
  #"""
  profile :sovereign

  func transform_data(data: LargeStruct) -> LargeStruct {
    // Looks like a copy, but compiler proves uniqueness
    var modified = data  // NO actual copy (COW)
    modified.field = 42  // In-place mutation (unique!)
    return modified      // Move, not copy
  }
  // data destructor runs here automatically

  func pipeline_example() {
    let data = load_huge_dataset()  // Heap allocation
    let cleaned = clean(data)        // Logical copy, physical move
    let processed = process(cleaned) // Same
    save(processed)
    // All destructors run in reverse order
  }
  """#,
  #"""
  profile :core

  func safe_example() {
    let numbers = [1, 2, 3, 4, 5]  // Stack or arena-backed
    for n in numbers do
      print(n)
    end
    // Array auto-freed
  }
  """#,
  #"""
  profile :service  // C interop requires :service or higher

  // Import C header directly
  import c "stdlib.h"
  import c "pthread.h"

  func use_c_stdlib() {
      let ptr = c.malloc(1024)  // Direct C call
      defer c.free(ptr)         // Defer works with C
      
      // Janus structs are repr(C) by default in :service+
      let thread: c.pthread_t = undefined
      c.pthread_create(&thread, null, worker_func, null)
  }

  // Export to C
  export "C" func janus_api(x: i32) -> i32 {
      return x * 2
  }
  """#,
  #"""
  profile :service

  func optimized_memcpy(dest: []u8, src: []u8) {
      requires dest.len >= src.len
      
      unsafe {
          // Raw pointer access
          let dest_ptr = dest.ptr()
          let src_ptr = src.ptr()
          @memcpy(dest_ptr, src_ptr, src.len)
      }
  }
  """#,
  #"""
  profile :sovereign

  capability FileSystem {
      read: bool,
      write: bool,
      path_prefix: string,
  }

  func restricted_read(path: string) 
      requires cap FileSystem { read: true, path_prefix: "/safe/" }
      -> Result[string, IoError] 
  {
      // Can only read from /safe/ prefix
      return std.fs.read_file(path)
  }

  func main() {
      grant cap FileSystem { 
          read: true, 
          write: false,
          path_prefix: "/safe/"
      } do
          let content = restricted_read("/safe/data.txt")
      end
      // Capability revoked here
  }
  """#,
  #"""
  profile :script

  // Simple GC for short-lived scripts
  func prototype() {
      let data = load_json("config.json")  // GC-managed
      process(data)
      // No manual cleanup needed
  }
  """#,
  #"""
  struct File {
      handle: FileHandle,
      
      destructor() {
          self.handle.close()
          print("File closed automatically")
      }
  }

  func use_file() {
      let file = File.open("data.txt")
      // Use file...
  }  // Destructor runs here, file.handle.close() called
  """#,
  #"""
  func transfer_example() {
      let data = allocate_big_buffer()  // data owns buffer
      
      process(move data)  // Ownership transferred
      
      // ERROR: use after move
      // print(data.len)  // Compile error!
  }

  func process(owned buffer: Buffer) {
      // buffer is now owned here
  }  // buffer freed automatically
  """#,
  #"""
  profile :sovereign

  func high_performance() {
      // Direct memory control
      let allocator = ArenaAllocator.init(page_size * 16)
      defer allocator.deinit()
      
      // Manual allocation
      let buffer = allocator.alloc(Buffer, 1024)
      
      // No automatic cleanup - you control everything
      unsafe {
          @memset(buffer.ptr, 0, buffer.len)
      }
      
      // Explicit free (or use defer)
      allocator.free(buffer)
  }
  """#,
  #"""
  // State preserved across hot reloads
  static mut cache: HashMap<string, Data> = HashMap.init(persistent_allocator)

  func api_handler(req: Request) -> Response {
      with_scratchpad |scratch| do
          let temp_data = scratch.alloc(process(req))
          cache.insert(req.id, temp_data.to_persistent())
      end
  }
  // Hot reload: cache persists, scratchpad cleared
  """#,
]
