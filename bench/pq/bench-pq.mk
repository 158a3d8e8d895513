# The engine's benchmark and its check against Faiss; both need Python and, on the first run, the network.
VECMILL_SHARED ?= $(CURDIR)/../shared
SIFT := .bench/sift

.venv-pq/ready:
	@python3 -m venv .venv-pq
	@.venv-pq/bin/pip install --quiet faiss-cpu==1.15.1 numpy==2.4.6 scann==1.4.2 opencv-python-headless pillow
	@touch $@

$(SIFT)/truth.npy: | .venv-pq/ready
	@mkdir -p $(SIFT)
	@.venv-pq/bin/python $(VECMILL_SHARED)/peers/make_sift.py $(VECMILL_SHARED)/data/decode/inet_full.tar $(SIFT)

.PHONY: bench-pq bench-pq-cost check-faiss
bench-pq: setup .venv-pq/ready $(SIFT)/truth.npy ## time the PQ engine beside Faiss; writes .bench/pq.json
	@$(BUILD) --product vecmill-bench
	@.venv-pq/bin/python bench/pq/bench_pq.py .build/release/vecmill-bench $(SIFT) --cache .bench/pq-indexes --json .bench/pq.json

check-faiss: setup .venv-pq/ready ## hold index files against Faiss, both ways
	@$(BUILD) --product vecmill-bench
	@.venv-pq/bin/python bench/pq/check_faiss_files.py .build/release/vecmill-bench

bench-pq-cost: setup .venv-pq/ready $(SIFT)/truth.npy ## time and memory over the number of vectors; writes .bench/pq-cost.json and bench/pq/cost.svg
	@$(BUILD) --product vecmill-bench
	@.venv-pq/bin/python bench/pq/cost.py .build/release/vecmill-bench $(SIFT) --work .bench/pq-cost \
	  --json .bench/pq-cost.json --svg bench/pq/cost.svg
