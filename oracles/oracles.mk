# Holds our files against the programs that others open them with. Included by the Makefile.
SHARED ?= $(or $(VECMILL_SHARED),$(abspath $(CURDIR)/../shared))
VECMILL ?= .build/release/vecmill
ORACLE_PEERS := numpy scipy scikit-learn faiss-cpu pyarrow duckdb pillow

.PHONY: oracles
ifneq ($(wildcard $(SHARED)/oracles/requirements.txt),)
oracles: build .venv-oracles/ready ## hold our files against the real peers
	VECMILL_SHARED=$(SHARED) OMP_NUM_THREADS=2 .venv-oracles/bin/python oracles/run.py --vecmill $(VECMILL)

# Only the peers that the checks need, at the versions pinned there.
.venv-oracles/ready: $(SHARED)/oracles/requirements.txt
	python3 -m venv .venv-oracles
	grep -E '^($(subst $() ,|,$(ORACLE_PEERS)))==' $< > .venv-oracles/requirements.txt
	.venv-oracles/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-oracles/requirements.txt openlineage-python==1.54.0
	touch $@
else
oracles:
	@echo 'oracles: skipped: $(SHARED)/oracles is not there; set VECMILL_SHARED to the folder that holds it'
endif
