# `make` lists what there is. Every target does its own set-up.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test lint fix bench eval docs lock shell screenshots clean distclean browser postgres artefacts knowledge

in_venv := .venv/bin/python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: setup ## start the assistant: install, build and train what is missing, then serve until Ctrl-C
	@exec $(in_venv) -m bot run

test: setup browser postgres artefacts ## run all tests, the browser tests among them
	@exec $(in_venv) -m pytest

lint: setup ## check style and types
	@$(in_venv) -m ruff check
	@$(in_venv) -m ruff format --check
	@exec $(in_venv) -m mypy

fix: setup ## mend style where a tool can
	@$(in_venv) -m ruff check --fix
	@exec $(in_venv) -m ruff format

eval: setup knowledge ## measure the answers against the test questions
	@exec $(in_venv) -m knowledge score

bench: setup ## measure speed and memory beside a starter bot of Rasa
	@exec $(in_venv) -m bench

docs: setup knowledge ## bring the generated parts of the pages up to date
	@exec $(in_venv) -m docs

shell: setup ## talk to Rasa in the terminal, beside a running assistant
	@exec $(in_venv) -m bot shell

screenshots: setup browser ## take the pictures of the chat page from a running assistant
	@exec $(in_venv) -m docs.screenshots

setup: ## find Python, make .venv and install into it; PYTHON=… names the one to use
	@python=$$(sh setup/find-python.sh) && exec "$$python" setup/install.py

lock: ## make requirements.txt from pyproject.toml
	@exec sh setup/lock.sh

clean: ## remove what was built; secrets and the like in var/ stay
	@rm -rf var/encoder var/index var/rasa var/bench var/log .rasa .mypy_cache .pytest_cache .ruff_cache

distclean: clean ## remove .venv and .tools too
	@rm -rf .venv .tools

browser:
	@exec sh setup/browser.sh

postgres:
	@exec sh setup/postgres.sh

knowledge: setup
	@exec $(in_venv) -m knowledge build --exact

artefacts: setup
	@exec $(in_venv) -m bot build
