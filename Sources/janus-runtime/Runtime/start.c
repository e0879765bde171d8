// The C `main` of a linked program. It is in the archive and the bitcode, not in the shared
// object: the JIT calls janus_run_main itself.
#include "janus_runtime.h"

// The synthetic unit that `janus-mir --entry main|tests` makes.
extern int32_t janus_main(void);

int main(int argc, char **argv) { return janus_run_main(argc, argv, janus_main); }
