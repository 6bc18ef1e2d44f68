"""Where the templates come from: shipped ones, and a company's own over them, in their sandbox."""
