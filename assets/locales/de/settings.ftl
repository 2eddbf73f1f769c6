# Settings of a place.
