"""The post room: each planned message looked at again, written, claimed, sent, recorded."""
