# Answers to people's words.
