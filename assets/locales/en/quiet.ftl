# Quiet hours and mutes.
