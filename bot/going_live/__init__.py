"""The first live morning: the checklist, and a real mail to oneself before customers get theirs."""
