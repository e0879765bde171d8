// The schema of the ASTDB. Tables are ours to change (with `version`); only the views named `v1_*`
// are promised to users, and docs/astdb.md documents each. A database with another version is made
// anew, never migrated.

enum Schema {
  /// "JNDB".
  static let applicationID: Int64 = 0x4A4E_4442
  static let version: Int64 = 6

  static let tables = """
    PRAGMA application_id=\(applicationID);
    PRAGMA user_version=\(version);

    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

    CREATE TABLE package (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, profile TEXT NOT NULL,
      settings BLOB NOT NULL) STRICT;

    -- id: the low 63 bits of the hash of package and module name.
    CREATE TABLE file (
      id INTEGER PRIMARY KEY, package_id INTEGER NOT NULL REFERENCES package(id) ON DELETE CASCADE,
      path TEXT NOT NULL, module TEXT NOT NULL, profile TEXT NOT NULL, content_hash BLOB NOT NULL,
      line_count INTEGER NOT NULL, line_starts BLOB NOT NULL,
      reexports BLOB NOT NULL) STRICT;
    CREATE INDEX file_by_package ON file(package_id);

    -- A checked declaration, immutable, named by the hash of its contents.
    CREATE TABLE object (
      id INTEGER PRIMARY KEY, header BLOB NOT NULL, body BLOB NOT NULL, nodes TEXT NOT NULL) STRICT;

    -- Where each declaration stands now. id: the low 63 bits of its stable ID.
    CREATE TABLE declaration (
      id INTEGER PRIMARY KEY, stable_id BLOB NOT NULL,
      file_id INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      parent_id INTEGER, object_id INTEGER NOT NULL REFERENCES object(id),
      kind TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, signature TEXT NOT NULL,
      is_public INTEGER NOT NULL, profile TEXT NOT NULL, export_name TEXT NOT NULL,
      byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,
      line INTEGER NOT NULL, column INTEGER NOT NULL,
      syntax_hash BLOB NOT NULL, interface_hash BLOB NOT NULL, body_hash BLOB NOT NULL,
      documentation TEXT NOT NULL, is_clean INTEGER NOT NULL) STRICT;
    CREATE INDEX declaration_by_file ON declaration(file_id, position);
    CREATE INDEX declaration_by_object ON declaration(object_id);

    -- Mentions of declarations; positions are relative to the declaration that contains them.
    CREATE TABLE reference (
      object_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, target_id INTEGER NOT NULL,
      role INTEGER NOT NULL, byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,
      line INTEGER NOT NULL, column INTEGER NOT NULL,
      PRIMARY KEY (object_id, ordinal),
      FOREIGN KEY (object_id) REFERENCES object(id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;

    CREATE TABLE type (name TEXT PRIMARY KEY, kind TEXT NOT NULL, ownership TEXT NOT NULL)
      STRICT, WITHOUT ROWID;

    -- Whose interface each declaration's checking read, with the hash it had.
    CREATE TABLE read (
      declaration_id INTEGER NOT NULL REFERENCES declaration(id) ON DELETE CASCADE,
      target_id INTEGER NOT NULL, interface_hash BLOB NOT NULL,
      PRIMARY KEY (declaration_id, target_id)) STRICT, WITHOUT ROWID;

    CREATE TABLE diagnostic (
      id INTEGER PRIMARY KEY, package_id INTEGER NOT NULL REFERENCES package(id) ON DELETE CASCADE,
      stage TEXT NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL,
      path TEXT NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL,
      end_line INTEGER NOT NULL, end_column INTEGER NOT NULL, json TEXT NOT NULL) STRICT;

    -- What later stages found out about a declaration: `line` is relative to it.
    CREATE TABLE fact (
      declaration_id INTEGER NOT NULL REFERENCES declaration(id) ON DELETE CASCADE,
      predicate TEXT NOT NULL, ordinal INTEGER NOT NULL, line INTEGER NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (declaration_id, predicate, ordinal)) STRICT, WITHOUT ROWID;

    -- The copies that a declaration's functions make when they run; lines are relative to it.
    CREATE TABLE copy (
      declaration_id INTEGER NOT NULL REFERENCES declaration(id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL, line INTEGER NOT NULL, type TEXT NOT NULL, reason TEXT NOT NULL,
      blame INTEGER NOT NULL, because TEXT NOT NULL,
      PRIMARY KEY (declaration_id, ordinal)) STRICT, WITHOUT ROWID;

    -- Written by janus-build: what ran or was reused, from which inputs, and tests.
    CREATE TABLE action (
      key TEXT PRIMARY KEY, stage TEXT NOT NULL, unit TEXT NOT NULL, result TEXT NOT NULL,
      milliseconds REAL NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE action_input (
      key TEXT NOT NULL REFERENCES action(key) ON DELETE CASCADE, name TEXT NOT NULL,
      digest TEXT NOT NULL, PRIMARY KEY (key, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE test (
      suite TEXT NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, milliseconds REAL NOT NULL,
      PRIMARY KEY (suite, name)) STRICT, WITHOUT ROWID;
    """

  static let views = """
    CREATE VIEW v1_symbol AS
      SELECT d.path AS symbol, d.name, d.kind, d.signature, p.name AS package, f.module,
        f.path AS file, d.line, d.column, d.is_public, d.profile, parent.path AS parent,
        lower(hex(d.interface_hash)) AS interface_hash, lower(hex(d.body_hash)) AS body_hash,
        d.documentation
      FROM declaration d JOIN file f ON f.id=d.file_id JOIN package p ON p.id=f.package_id
        LEFT JOIN declaration parent ON parent.id=d.parent_id;

    CREATE VIEW v1_reference AS
      SELECT t.path AS target,
        CASE r.role WHEN 1 THEN 'call' WHEN 2 THEN 'type' ELSE 'use' END AS role,
        d.path AS source, f.path AS file, d.line + r.line AS line,
        CASE r.line WHEN 0 THEN d.column + r.column ELSE r.column END AS column
      FROM reference r JOIN declaration d ON d.object_id=r.object_id
        JOIN file f ON f.id=d.file_id LEFT JOIN declaration t ON t.id=r.target_id;

    CREATE VIEW v1_call AS
      SELECT d.path AS caller, t.path AS callee, f.path AS file, d.line + r.line AS line,
        CASE r.line WHEN 0 THEN d.column + r.column ELSE r.column END AS column
      FROM reference r JOIN declaration d ON d.object_id=r.object_id
        JOIN file f ON f.id=d.file_id JOIN declaration t ON t.id=r.target_id
      WHERE r.role=1;

    CREATE VIEW v1_node AS
      SELECT d.path AS symbol, n.key AS node, n.value->>0 AS kind, n.value->>1 AS type,
        f.path AS file, d.line + (n.value->>2) AS line,
        CASE n.value->>2 WHEN 0 THEN d.column + (n.value->>3) ELSE n.value->>3 END AS column,
        d.byte_start + (n.value->>4) AS byte_start, d.byte_start + (n.value->>5) AS byte_end
      FROM declaration d JOIN file f ON f.id=d.file_id JOIN object o ON o.id=d.object_id,
        json_each(o.nodes) n;

    CREATE VIEW v1_type AS SELECT name, kind, ownership FROM type;

    CREATE VIEW v1_diagnostic AS
      SELECT code, severity, message, path AS file, line, column, end_line, end_column, stage, json
      FROM diagnostic;

    CREATE VIEW v1_export AS
      SELECT d.path AS symbol, d.export_name AS c_name, p.name AS package, f.path AS file
      FROM declaration d JOIN file f ON f.id=d.file_id JOIN package p ON p.id=f.package_id
      WHERE d.export_name <> '';

    CREATE VIEW v1_drop AS
      SELECT d.path AS symbol, f.path AS file, d.line + x.line AS line, x.value->>'type' AS type,
        x.value->>'place' AS place
      FROM fact x JOIN declaration d ON d.id=x.declaration_id JOIN file f ON f.id=d.file_id
      WHERE x.predicate='drop';

    CREATE VIEW v1_copy AS
      SELECT d.path AS symbol, f.path AS file, d.line + c.line AS line, c.type, c.reason,
        d.line + c.blame AS blame_line, c.because
      FROM copy c JOIN declaration d ON d.id=c.declaration_id JOIN file f ON f.id=d.file_id;

    CREATE VIEW v1_why AS
      SELECT a.stage, a.unit, a.result, a.milliseconds, i.name AS input, i.digest
      FROM action a LEFT JOIN action_input i ON i.key=a.key;

    CREATE VIEW v1_test AS SELECT suite, name, outcome, milliseconds FROM test;
    """
}
