"""What waits to be said in the channel, posted and drawn anew."""
