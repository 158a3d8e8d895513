# Attacks on whole runs; RELIABILITY.md says what they show. Each is a script that can be run by itself, with --help.
.PHONY: campaign campaign-quick

campaign: setup ## attack runs in every way there is: hours; figures in .bench/campaign.json and RELIABILITY.md
	@$(BUILD) --build-tests
	@nice -n 10 Tests/campaign/all.py; status=$$?; Tests/campaign/table.py; exit $$status

campaign-quick: setup ## a sample of every attack: minutes
	@$(BUILD) --build-tests
	@Tests/campaign/all.py --quick
