"""Files of invoices that people drop in the channel or send to the bot."""
