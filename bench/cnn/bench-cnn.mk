# The built-in networks: speed beside onnxruntime and Pillow, quality on the evaluation sets. Included by the Makefile.
.PHONY: bench-cnn evaluate-cnn bench-adapt check-networks

.venv-peers/onnx: .venv-peers/ready
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check onnx==1.23.2 && touch $@

# Turns of each figure; the best counts.
ROUNDS ?= 5

bench-cnn: build .venv-peers/onnx ## time the built-in networks, alone and behind decoding; writes .bench/cnn.json
	@$(BUILD) --product vecmill-bench
	@$(BENCH) bench/cnn/bench_cnn.py --vecmill $(VECMILL) --rounds $(ROUNDS)

evaluate-cnn: build .venv-peers/ready ## score the networks and plain descriptors by the program's own output; writes .bench/retrieval.json
	@$(BENCH) bench/retrieval.py --vecmill $(VECMILL) --sizes 64 96 128 --crops inner twice middle --descriptors

bench-adapt: build .venv-peers/ready ## what adapt brings to classes without a label; writes .bench/adapt.json
	@$(BENCH) bench/cnn/adapt.py --vecmill $(VECMILL)

check-networks: build .venv-peers/ready ## hold the embeddings against onnxruntime with the float networks, 300 photos
	@$(BENCH) oracles/networks.py --vecmill $(VECMILL)
