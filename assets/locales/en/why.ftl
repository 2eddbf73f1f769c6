# Why a card came, or did not.
