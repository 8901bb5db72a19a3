"""Reinforcement learning: agents that learn to build a design step by step."""
