"""Every sentence the product says (Jinja2) and the module that fills them in."""

from message_templates.catalogue import Mrkdwn, escape, say

__all__ = ["Mrkdwn", "escape", "say"]
