"""What the environments of gymnasium and stable-baselines3 share: episodes, rewards, pictures, how they are made."""
