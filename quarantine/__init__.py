"""What came from outside is read in a process of its own, with limits of time and memory."""
