# The bundle is made again when the pipeline file or an archive changed: include this, or copy it.
VECMILL ?= vecmill

out/photos/bundle.json: pipelines/photos.yaml
	$(VECMILL) run $< --depfile out/photos.d

-include out/photos.d
