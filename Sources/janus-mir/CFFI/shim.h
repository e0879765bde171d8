// libffi for Swift: its type descriptions are variables, which Swift 6 does not let one name.
#ifndef JANUS_CFFI_H
#define JANUS_CFFI_H
#include <ffi.h>

enum {
  JANUS_FFI_VOID, JANUS_FFI_POINTER, JANUS_FFI_I8, JANUS_FFI_I16, JANUS_FFI_I32, JANUS_FFI_I64,
  JANUS_FFI_U8, JANUS_FFI_U16, JANUS_FFI_U32, JANUS_FFI_U64, JANUS_FFI_F32, JANUS_FFI_F64,
};

static inline ffi_type *janus_ffi_type(int kind) {
  switch (kind) {
    case JANUS_FFI_POINTER: return &ffi_type_pointer;
    case JANUS_FFI_I8: return &ffi_type_sint8;
    case JANUS_FFI_I16: return &ffi_type_sint16;
    case JANUS_FFI_I32: return &ffi_type_sint32;
    case JANUS_FFI_I64: return &ffi_type_sint64;
    case JANUS_FFI_U8: return &ffi_type_uint8;
    case JANUS_FFI_U16: return &ffi_type_uint16;
    case JANUS_FFI_U32: return &ffi_type_uint32;
    case JANUS_FFI_U64: return &ffi_type_uint64;
    case JANUS_FFI_F32: return &ffi_type_float;
    case JANUS_FFI_F64: return &ffi_type_double;
    default: return &ffi_type_void;
  }
}
#endif
