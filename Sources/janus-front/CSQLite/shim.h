// SQLite, as the ASTDB sees it.
#include <sqlite3.h>
