"""Habits of an app: what its genuine receipts always do, learnt from them and held against a new one."""
