# What stands around the words of a source on a card.
