"""What the commands say of their results: a module a group of commands, and what they share."""
