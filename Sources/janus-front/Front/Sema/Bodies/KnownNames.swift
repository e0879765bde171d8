// Declarations of std that the language itself leans on, and names with a meaning of their own.
import ASTDB
import Base

struct KnownBodyNames {
  let selfName, len, ptr, checked, enumerate, nextIndex, keyAt, valueAt, elementAt: Symbol
  let next, iterate, at, atMutable, set, from, some, noneVariant, unwrap, copy: Symbol
  let take, expect: Symbol
  let wrapSome, isNull: Symbol
  private let stringItem, listItem, boxItem, optionalItem, resultItem, iteratorItem: Symbol
  private let fromItem, displayItem, eqItem, hashItem, ordItem, rangeItem: Symbol

  var string = DeclarationID.none
  var list = DeclarationID.none
  var box = DeclarationID.none
  var optional = DeclarationID.none
  var result = DeclarationID.none
  var iterator = DeclarationID.none
  var fromTrait = DeclarationID.none
  var display = DeclarationID.none
  var eq = DeclarationID.none
  var hash = DeclarationID.none
  var ord = DeclarationID.none
  var range = DeclarationID.none

  init(_ interner: Interner) {
    selfName = interner.intern("self")
    len = interner.intern("len")
    ptr = interner.intern("ptr")
    checked = interner.intern("checked")
    enumerate = interner.intern("enumerate")
    nextIndex = interner.intern("__next_index")
    keyAt = interner.intern("__key_at")
    valueAt = interner.intern("__value_at")
    elementAt = interner.intern("__element_at")
    next = interner.intern("next")
    iterate = interner.intern("iterate")
    at = interner.intern("__at")
    atMutable = interner.intern("__at_mut")
    set = interner.intern("__set")
    from = interner.intern("from")
    some = interner.intern("Some")
    noneVariant = interner.intern("None")
    unwrap = interner.intern("unwrap")
    expect = interner.intern("expect")
    copy = interner.intern("copy")
    take = interner.intern("take")
    wrapSome = interner.intern("is_some")
    isNull = interner.intern("is_none")
    stringItem = interner.intern("string")
    listItem = interner.intern("list")
    boxItem = interner.intern("box")
    optionalItem = interner.intern("optional")
    resultItem = interner.intern("result")
    iteratorItem = interner.intern("iterator")
    fromItem = interner.intern("from")
    displayItem = interner.intern("display")
    eqItem = interner.intern("eq")
    hashItem = interner.intern("hash")
    ordItem = interner.intern("ord")
    rangeItem = interner.intern("range")
  }

  /// Finds the language items; they may have been declared since the last body.
  mutating func refresh(_ program: CheckedProgram) {
    if optional.exists && string.exists && result.exists && fromTrait.exists { return }
    func item(_ name: Symbol) -> DeclarationID { program.languageItems[name] ?? .none }
    string = item(stringItem)
    list = item(listItem)
    box = item(boxItem)
    optional = item(optionalItem)
    result = item(resultItem)
    iterator = item(iteratorItem)
    fromTrait = item(fromItem)
    display = item(displayItem)
    eq = item(eqItem)
    hash = item(hashItem)
    ord = item(ordItem)
    range = item(rangeItem)
  }
}
