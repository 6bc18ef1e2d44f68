"""The application: settings, wiring, web entry, command line, demo."""
