// The kinds of syntax nodes, and what each keeps in its fields. Read nodes through the accessors of
// the Tree*.swift files (`tree.function(id)`, `tree.call(id)`, …); this page is their contract.
//
// Words used below: "list" is an index into `extra` of a count followed by that many words (index 0
// is the empty list); "record" is an index into `extra` of a fixed number of words; an absent node
// is `NodeID.none`; an absent symbol is `Symbol.empty`. `main` is the byte offset of the name, or
// of the token that says what the construct is (the operator, the opening word).
//
// Every declaration's record starts with four words: attributes (list of `.attribute`), start and
// end of the documentation comment (equal when there is none), and the end of its name; its name is
// in `rhs`, the start of the name in `main`. "+4", "+5", … are the words after them.

/// What a node is.
public enum NodeKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  // MARK: Declarations

  /// `profile :core` or `{.profile: core.}`. Declaration; rhs: name of the profile.
  case profile
  /// `import std.fs as f`, `use a.b.{c, d as e}`. Declaration; rhs: the name bound (the alias or
  /// the last component). +4 path (list of symbols), +5 alias, +6 selection (list of
  /// `.importSelection`).
  case importModule
  /// One name of a braced import. lhs: name, rhs: alias or empty.
  case importSelection
  /// `import c "stdio.h" as io`. Declaration; rhs: the name bound (`c` or the alias). +4 header.
  case importC
  /// A function, method or associated function. Declaration; +4 generic parameters (list of
  /// `.genericParameter`), +5 parameters (list of `.parameter`, `.selfParameter`,
  /// `.typeParameter`), +6 result type, +7 clauses (list of `.requiresCapability`,
  /// `.requiresCondition`, `.ensures`), +8 body (`.block` or none), +9 ABI (`C`) or empty.
  /// Flags: public, private, external, exported, variadic.
  case function
  /// `destructor() { … }`. Declaration (name `destructor`); +4 body.
  case destructor
  /// `x: T = e` of a function. lhs: name, rhs: record {type, default, name end}. operation:
  /// `PassingMode`.
  case parameter
  /// `self`, `inout self`, `owned self`. lhs: type or none. operation: `PassingMode`.
  case selfParameter
  /// `T: type`: a generic parameter passed as an argument. lhs: name.
  case typeParameter
  /// `T` or `T: Ord + Eq` of `[…]` after a declared name. lhs: name, rhs: bounds (list of types).
  case genericParameter
  /// A struct. Declaration; +4 generic parameters, +5 members (list of `.field`, `.function`,
  /// `.destructor`, `.constant`, `.staticVariable`, `.typeAlias`). Flags: public, shared.
  case structure
  /// A field of a struct, of a capability or of a record variant. Declaration; +4 type, +5 default.
  /// Flags: public, private.
  case field
  /// An enum or `error`. Declaration; +4 generic parameters, +5 backing type, +6 members (list of
  /// `.variant`, `.function`, …). Flags: public, errorType.
  case enumeration
  /// A variant. Declaration; +4 payload (list of types, or of `.field`), +5 discriminant.
  /// operation: `VariantPayload`.
  case variant
  /// A trait. Declaration; +4 generic parameters, +5 supertraits (list of types), +6 members.
  case trait
  /// `impl[T] Trait for Type { … }`. Declaration without a name; +4 generic parameters, +5 trait
  /// type or none, +6 target type, +7 members.
  case implementation
  /// `type A[T] = B`. Declaration; +4 generic parameters, +5 type (none inside a trait).
  case typeAlias
  /// `const A: T = e`. Declaration; +4 type or none, +5 value.
  case constant
  /// `static mut a: T = e`. Declaration; +4 type or none, +5 value. Flags: public, mutable.
  case staticVariable
  /// `test "name" { … }`. Declaration; rhs: the text. +4 body.
  case test
  /// `capability C { … }`. Declaration; +4 fields (list of `.field`).
  case capability
  /// `@name(…)` before a declaration or statement. lhs: name, rhs: arguments (list of expressions
  /// and `.argument`).
  case attribute

  // MARK: Clauses

  /// `requires cap C { f: e }` in a signature or body, `cap C` as a statement, and each capability
  /// of a `grant`. lhs: type (`.typeName` or `.typeMember`), rhs: fields (list of `.fieldValue`).
  case requiresCapability
  /// `requires e` in a signature or at the top of a body. lhs: expression.
  case requiresCondition
  /// `ensures e`. lhs: expression.
  case ensures

  // MARK: Types

  /// `Name[A, B]`. lhs: name, rhs: arguments (list of types; an expression where a constant
  /// stands).
  case typeName
  /// `q.Name[A]`. lhs: qualifier (type), rhs: record {name, arguments list}.
  case typeMember
  /// `Self` as a type.
  case selfType
  /// `type` where a type is wanted.
  case typeType
  /// `_` where a type is wanted: inferred.
  case inferredType
  /// `?T` or `T?`. lhs: T.
  case optionalType
  /// `T ! E`. lhs: T (none for `! E`), rhs: E.
  case resultType
  /// `*T`, `*const T`. lhs: T. Flags: constant.
  case pointerType
  /// `[]T`. lhs: T. Flags: constant for `[]const T`.
  case sliceType
  /// `[N]T`. lhs: N (expression), rhs: T.
  case arrayType
  /// `(A, B)`. lhs: list of types (empty for `()`).
  case tupleType
  /// `func(A, inout B) -> C requires cap D`. lhs: record {parameters (list of
  /// `.functionTypeParameter`), result or none, clauses list}.
  case functionType
  /// lhs: type, rhs: name or empty. operation: `PassingMode`.
  case functionTypeParameter

  // MARK: Statements

  /// `let p: T = e`, `var x`, also at the top level of a script. lhs: record {pattern, type or
  /// none, value or none, attributes list}. Flags: mutable for `var`.
  case local
  /// `target op= value`. lhs: place expression (`.discard` for `_`), rhs: value.
  /// operation: `BinaryOperator`, or `.assign` for plain `=`.
  case assignment
  /// `s when c`, `s unless c`. lhs: statement, rhs: condition. Flags: negated for `unless`.
  case postfixCondition
  /// `defer e` or `defer { … }`. lhs: expression or `.block`.
  case deferred
  /// `using x: T = e do … end`. lhs: record {name, type or none, value, body}; `main`: the name.
  case using

  // MARK: Expressions

  /// What could not be parsed; a diagnostic has been reported. Stands for any construct.
  case error
  /// An identifier. lhs: name.
  case name
  /// `self`.
  case selfValue
  /// `Self` in an expression, as in `Self.new()`.
  case selfTypeValue
  /// A type in an argument or index list which has no expression form (`[]u8`, `*T`, `?T`,
  /// `func(A) -> B`, `[4]u8`). lhs: type. Types that look like expressions stay expressions.
  case typeExpression
  /// lhs, rhs: low and high 32 bits; with flag wide, lhs: record of four words, low first; with
  /// flag overflow, above 128 bits.
  case integer
  /// lhs, rhs: low and high 32 bits of the `f64` pattern.
  case float
  /// `"…"` and `"""…"""`. lhs: decoded text.
  case string
  /// `c"…"`. lhs: decoded text, without the NUL.
  case cString
  /// `'a'`. lhs: the Unicode scalar.
  case character
  /// `b'a'`. lhs: the byte.
  case byte
  /// lhs: 0 or 1.
  case boolean
  /// `null`.
  case null
  /// `undefined`.
  case undefined
  /// `_` as the target of an assignment or an assembly operand.
  case discard
  /// `$"…"`. lhs: list of parts: `.string` and `.interpolation`.
  case interpolatedString
  /// `{e:spec}` of an interpolated string. lhs: expression, rhs: format specification or empty.
  case interpolation
  /// `[a, b]`. lhs: list of expressions.
  case arrayLiteral
  /// `[v; n]`. lhs: v, rhs: n.
  case arrayRepeat
  /// `(a, b)`, `()`. lhs: list of expressions. A parenthesised expression is not a node.
  case tuple
  /// `Point { x: 1, y }`, `.Rect { w: 1 }`. lhs: what is built (`.name`, `.member`, `.index`,
  /// `.selfTypeValue`, `.implicitMember`), rhs: list of `.fieldValue`.
  case structLiteral
  /// `x: e` or `x`. lhs: name, rhs: value, or none for the short form.
  case fieldValue
  /// lhs: operand. operation: `UnaryOperator`.
  case unary
  /// lhs, rhs: operands. operation: `BinaryOperator`. Chains nest to the left without limit (so do
  /// calls, members, indexes and `else if`): readers walk them in a loop.
  case binary
  /// `a..<b`, `a..b`, `a..=b`; an end may be missing. lhs, rhs: ends. operation: `RangeOperator`.
  case range
  /// `e as T`. lhs: expression, rhs: type.
  case cast
  /// `e catch err { … }`, `e catch value`. lhs: expression, rhs: record {bound name or empty, start
  /// of the name, handler (`.block` or expression)}.
  case catching
  /// `e |> f(a)`. lhs: value, rhs: function or call.
  case pipeline
  /// `f(a, name: b)`, `xs.map { … }`. lhs: callee, rhs: arguments (list of expressions and
  /// `.argument`). Flags: trailing when the last argument is a block written after the call.
  case call
  /// `name: e` in an argument list. lhs: name, rhs: expression.
  case argument
  /// `@name(…)`. lhs: name (without `@`), rhs: arguments (list of expressions).
  case intrinsic
  /// `e.name`, `e?.name`. lhs: base, rhs: name. Flags: optionalChain. `main`: the name. With
  /// optionalChain on a `Result`, the error propagates: `open(p)?.read()`.
  case member
  /// `e.0`. lhs: base, rhs: index. Flags: optionalChain.
  case tupleMember
  /// `p.*`. lhs: pointer.
  case dereference
  /// `.Name`. lhs: name.
  case implicitMember
  /// `xs[i]`, `id[i32]`, `List[T]`. lhs: base, rhs: list of expressions.
  case index
  /// `e?`. lhs: expression. In a type argument: the optional type.
  case propagate
  /// `try e`. lhs: expression.
  case tryExpression
  /// `&x`. lhs: place.
  case borrow
  /// `move x`. lhs: place.
  case move
  /// `|x| e`, `func(x: T) -> U { … }`, a trailing block. lhs: record {parameters (list of
  /// `.closureParameter`), result or none, clauses list, body (`.block` or expression)}. Flags:
  /// move.
  case closure
  /// lhs: pattern, rhs: type or none. operation: `PassingMode`.
  case closureParameter
  /// `{ … }` or `do … end`. lhs: list of statements. Flags: doBlock.
  case block
  /// lhs: condition, rhs: record {then block, else: `.block`, `.ifExpression` or none}.
  case ifExpression
  /// `let p: T = e`, `var p = e` in a condition; may stand in `and` chains. lhs: record {pattern,
  /// type or none}, rhs: expression. Flags: mutable.
  case letCondition
  /// lhs: condition, rhs: record {label or empty, body}.
  case whileLoop
  /// lhs: record {label or empty, pattern, sequence, body}.
  case forLoop
  /// lhs: scrutinee, rhs: list of `.matchArm`.
  case match
  /// lhs: pattern, rhs: record {guard or none, body}. Flags: elseArm.
  case matchArm
  /// `return e`. lhs: expression or none.
  case returnExpression
  /// `fail e`. lhs: expression.
  case failExpression
  /// `break label value`. lhs: label or empty, rhs: value or none.
  case breakExpression
  /// `continue label`. lhs: label or empty.
  case continueExpression
  /// `unsafe { … }`. lhs: `.block`.
  case unsafeBlock
  /// `grant cap C { … } as g do … end`. lhs: record {capabilities (list of `.requiresCapability`),
  /// bound name or empty, start of the name, body}.
  case grant
  /// `with_scratchpad(n) |s| do … end`. lhs: record {capacity or none, bound name, start of the
  /// name, body}.
  case scratchpad
  /// `asm("…", in("rax") x, …)`. lhs: template (expression), rhs: list of `.assemblyOperand`.
  case assembly
  /// One operand. lhs: record {operand name or empty, constraint, value or none, type or none}.
  /// operation: `AssemblyDirection`. `clobber("a", "b")` is one operand for each string.
  case assemblyOperand

  // MARK: Patterns

  /// `_`, and the pattern of an `else` arm.
  case wildcardPattern
  /// `x`, `inout x`, `owned x`; a constant's name looks the same. lhs: name. operation:
  /// `PassingMode`.
  case bindingPattern
  /// `x @ p`: the whole of what `p` matches, by a name. lhs: `.bindingPattern`, rhs: pattern.
  case namedPattern
  /// A literal, `null` or a negated number. lhs: expression.
  case literalPattern
  /// lhs, rhs: ends (expressions or none). operation: `RangeOperator`.
  case rangePattern
  /// `.V`, `.V(a, b)`, `.V { a, b: p }`, `Shape.V(a)`, `Point { x, y }`. lhs: record {type
  /// expression or none, variant name or empty (a struct), list of patterns or of
  /// `.fieldPattern`}. operation: `VariantPayload`. Flags: rest when it ends in `..`. The parser
  /// cannot tell `Shape.Rect { w }` from a module's struct `geo.Point { x }`: both have the last
  /// word as the variant. `Some(x)` without a dot has no type.
  case constructorPattern
  /// `a`, `a: p` in braces. lhs: name, rhs: pattern (a `.bindingPattern` for the short form).
  case fieldPattern
  /// `(a, b)`. lhs: list of patterns.
  case tuplePattern
  /// `[a, .., b]`. lhs: list of patterns, at most one of which is a `.restPattern`.
  case sequencePattern
  /// `..`, `..rest`, `..inout rest`: the elements between the others. lhs: name or empty.
  /// operation: `PassingMode`.
  case restPattern
  /// `a | b`. lhs: list of patterns.
  case alternativePattern
}
