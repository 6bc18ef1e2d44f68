"""Letters on paper: /relances lettre."""
