# Builds the runtime's variants; included by the root Makefile, or used alone with
#   make -f Sources/janus-runtime/Runtime/runtime.mk runtime OUT=.build/release
# Needs OUT, the folder of the executables. Produces in $(OUT)/lib/janus:
#   <variant>/libjanus_rt.{a,bc,so}   include/janus_runtime.{h,def}   janus_runtime.symbols
# The variant `script` has no collector yet: it is the same code under its own name.

OUT ?= .build/release
RUNTIME_CC ?= clang-19
RUNTIME_LINK ?= llvm-link-19
RUNTIME_AR ?= llvm-ar-19

RUNTIME_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
RUNTIME_TESTS := $(RUNTIME_DIR)/../../../Tests/RuntimeTests
RUNTIME_LIB := $(OUT)/lib/janus
RUNTIME_VARIANTS := core service sovereign script
RUNTIME_PARTS := alloc region panic stack image lines entry error io file fs os interrupt process \
  thread net log time text search unicode shortest display format
RUNTIME_HEADERS := $(wildcard $(RUNTIME_DIR)/*.h $(RUNTIME_DIR)/*.inc) \
  $(RUNTIME_DIR)/janus_runtime.def
RUNTIME_FLAGS := -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -fexceptions -fno-plt -fPIC \
  -ffunction-sections -fdata-sections -fvisibility=hidden \
  -ffile-prefix-map=$(abspath $(RUNTIME_DIR))=janus-runtime \
  -ffile-prefix-map=$(RUNTIME_DIR)=janus-runtime

.PHONY: runtime runtime-test runtime-clean

runtime: $(foreach v,$(RUNTIME_VARIANTS),$(RUNTIME_LIB)/$(v)/libjanus_rt.a \
  $(RUNTIME_LIB)/$(v)/libjanus_rt.bc $(RUNTIME_LIB)/$(v)/libjanus_rt.so) \
  $(RUNTIME_LIB)/include/janus_runtime.h $(RUNTIME_LIB)/include/janus_runtime.def \
  $(RUNTIME_LIB)/janus_runtime.symbols

define RUNTIME_VARIANT
$(RUNTIME_LIB)/$(1)/obj/%.o: $(RUNTIME_DIR)/%.c $(RUNTIME_HEADERS) $(RUNTIME_DIR)/runtime.mk
	@mkdir -p $$(@D)
	$(RUNTIME_CC) -O2 $(RUNTIME_FLAGS) -DJANUS_VARIANT_$(1) -c $$< -o $$@

$(RUNTIME_LIB)/$(1)/obj/%.bc: $(RUNTIME_DIR)/%.c $(RUNTIME_HEADERS) $(RUNTIME_DIR)/runtime.mk
	@mkdir -p $$(@D)
	$(RUNTIME_CC) -O2 $(RUNTIME_FLAGS) -DJANUS_VARIANT_$(1) -emit-llvm -c $$< -o $$@

$(RUNTIME_LIB)/$(1)/libjanus_rt.a: $(RUNTIME_PARTS:%=$(RUNTIME_LIB)/$(1)/obj/%.o) \
  $(RUNTIME_LIB)/$(1)/obj/start.o
	@rm -f $$@
	$(RUNTIME_AR) rcsD $$@ $$^

$(RUNTIME_LIB)/$(1)/libjanus_rt.bc: $(RUNTIME_PARTS:%=$(RUNTIME_LIB)/$(1)/obj/%.bc) \
  $(RUNTIME_LIB)/$(1)/obj/start.bc
	$(RUNTIME_LINK) $$^ -o $$@

$(RUNTIME_LIB)/$(1)/libjanus_rt.so: $(RUNTIME_PARTS:%=$(RUNTIME_LIB)/$(1)/obj/%.o)
	$(RUNTIME_CC) -shared -Wl,-soname,libjanus_rt.so -Wl,-z,defs $$^ -lm -lgcc_s -o $$@
endef
$(foreach v,$(RUNTIME_VARIANTS),$(eval $(call RUNTIME_VARIANT,$(v))))

$(RUNTIME_LIB)/include/%: $(RUNTIME_DIR)/%
	@mkdir -p $(@D)
	cp $< $@

# One symbol on each line, in the table's order.
$(RUNTIME_LIB)/janus_runtime.symbols: $(RUNTIME_DIR)/janus_runtime.def
	@mkdir -p $(@D)
	sed -n 's/^JANUS_ENTRY(\([a-z0-9_]*\),.*/\1/p' $< > $@

# The same test program, plain, under the sanitizers, and under Valgrind when it is installed.
RUNTIME_TEST_OUT := $(OUT)/runtime-tests
RUNTIME_SOURCES := $(RUNTIME_PARTS:%=$(RUNTIME_DIR)/%.c)
RUNTIME_TEST_SOURCES := $(wildcard $(RUNTIME_TESTS)/*.c)

$(RUNTIME_TEST_OUT)/plain: $(RUNTIME_SOURCES) $(RUNTIME_TEST_SOURCES) $(RUNTIME_HEADERS)
	@mkdir -p $(@D)
	$(RUNTIME_CC) -O1 -gdwarf-4 $(RUNTIME_FLAGS) -I$(RUNTIME_DIR) $(RUNTIME_SOURCES) \
	  $(RUNTIME_TEST_SOURCES) -lm -lgcc_s -o $@

$(RUNTIME_TEST_OUT)/sanitized: $(RUNTIME_SOURCES) $(RUNTIME_TEST_SOURCES) $(RUNTIME_HEADERS)
	@mkdir -p $(@D)
	$(RUNTIME_CC) -O1 -g $(RUNTIME_FLAGS) -fsanitize=address,undefined -DJANUS_SANITIZED \
	  -fno-sanitize-recover=all -I$(RUNTIME_DIR) $(RUNTIME_SOURCES) $(RUNTIME_TEST_SOURCES) \
	  -lm -lgcc_s -o $@

runtime-test: $(RUNTIME_TEST_OUT)/plain $(RUNTIME_TEST_OUT)/sanitized
	sh $(RUNTIME_TESTS)/run.sh $(RUNTIME_TEST_OUT)

runtime-clean:
	rm -rf $(RUNTIME_LIB)/core $(RUNTIME_LIB)/service $(RUNTIME_LIB)/sovereign \
	  $(RUNTIME_LIB)/script $(RUNTIME_TEST_OUT)
