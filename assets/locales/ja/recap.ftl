# Recaps.
