"""Checks of what a receipt says, a module for each thing that may contradict another."""
