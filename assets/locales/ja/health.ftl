# Feeds that fail, fall silent or move.
