// The attributes that generated functions, parameters and calls carry, made once for a context.
import CLLVM

/// LLVM's index for attributes of a function as a whole.
let functionAttributeIndex = UInt32.max

struct Attributes {
  let noalias: LLVMAttributeRef
  let nonnull: LLVMAttributeRef
  let readonly: LLVMAttributeRef
  let noundef: LLVMAttributeRef
  let zeroext: LLVMAttributeRef
  let signext: LLVMAttributeRef
  let noreturn: LLVMAttributeRef
  let nounwind: LLVMAttributeRef
  let cold: LLVMAttributeRef
  let noinline: LLVMAttributeRef
  let inlinehint: LLVMAttributeRef
  let unwindTable: LLVMAttributeRef
  let probeStack: LLVMAttributeRef
  let context: LLVMContextRef
  private let alignKind: UInt32
  private let dereferenceableKind: UInt32
  private let structReturnKind: UInt32

  init(_ context: LLVMContextRef) {
    func kind(_ name: StaticString) -> UInt32 {
      name.withUTF8Buffer { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          LLVMGetEnumAttributeKindForName($0.baseAddress, $0.count)
        }
      }
    }
    func make(_ name: StaticString, _ value: UInt64 = 0) -> LLVMAttributeRef {
      LLVMCreateEnumAttribute(context, kind(name), value)
    }
    self.context = context
    noalias = make("noalias")
    nonnull = make("nonnull")
    readonly = make("readonly")
    noundef = make("noundef")
    zeroext = make("zeroext")
    signext = make("signext")
    noreturn = make("noreturn")
    nounwind = make("nounwind")
    cold = make("cold")
    noinline = make("noinline")
    inlinehint = make("inlinehint")
    unwindTable = make("uwtable", 2)
    probeStack = LLVMCreateStringAttribute(context, "probe-stack", 11, "inline-asm", 10)
    alignKind = kind("align")
    dereferenceableKind = kind("dereferenceable")
    structReturnKind = kind("sret")
  }

  func align(_ bytes: UInt32) -> LLVMAttributeRef {
    LLVMCreateEnumAttribute(context, alignKind, UInt64(bytes))
  }

  func dereferenceable(_ bytes: Int64) -> LLVMAttributeRef {
    LLVMCreateEnumAttribute(context, dereferenceableKind, UInt64(max(bytes, 0)))
  }

  func structReturn(_ type: LLVMTypeRef) -> LLVMAttributeRef {
    LLVMCreateTypeAttribute(context, structReturnKind, type)
  }
}
