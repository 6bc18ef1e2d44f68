"""What Slack was told yes to: written down before, answered once, whatever comes between."""
