"""Orchestration: the arrows between the rooms, as Dagster assets, checks, schedules and sensors, and the command line.

It holds no logic of its own: an asset's body is a call or two into the room that it stands for. This file imports
nothing, so that `ledger extract --help` needn't wait for Dagster.
"""
