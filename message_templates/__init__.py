"""Every sentence the product says (Jinja2) and the module that fills them in."""
